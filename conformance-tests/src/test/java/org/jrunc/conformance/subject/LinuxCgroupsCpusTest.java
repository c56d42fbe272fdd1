package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Cgroups;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.Sandbox;

/** {@code linux.resources.cpu}. */
class LinuxCgroupsCpusTest {

    @EachRuntime
    void theLimitsAreSet(Cgroups.At at, Sandbox box) {
        Bundle bundle = Cgroups.asking(box, "cpu", Map.of("shares", 1000, "quota", 20000, "period", 50000, "cpus", "0",
                "mems", "0"));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            if (Cgroups.areUnified()) {
                // runc before 1.3.2 and crun before 1.23 convert shares by a line, 39, the others by a curve, 99.
                String weight = Cgroups.file(container, "cpu", "cpu.weight");
                assertTrue(weight.equals("99") || weight.equals("39"), weight);
                assertEquals("20000 50000", Cgroups.file(container, "cpu", "cpu.max"));
            } else {
                assertEquals("1000", Cgroups.file(container, "cpu", "cpu.shares"));
                assertEquals("20000", Cgroups.file(container, "cpu", "cpu.cfs_quota_us"));
                assertEquals("50000", Cgroups.file(container, "cpu", "cpu.cfs_period_us"));
            }
            assertEquals("0", Cgroups.file(container, "cpuset", "cpuset.cpus"));
            assertEquals("0", Cgroups.file(container, "cpuset", "cpuset.mems"));
        }
    }

    @EachRuntime
    void itsProcessesStayOnTheirProcessors(Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/resources/cpu/cpus", "0")
                .sh("grep Cpus_allowed_list /proc/self/status");
        assertEquals("Cpus_allowed_list:\t0\n", box.container(bundle).run().ok().out());
    }

    /** Since version 1.1 of the specification. */
    @EachRuntime
    void burstAndIdleAreSet(Cgroups.At at, Sandbox box) {
        if (!Cgroups.areUnified()) {
            Needs.file("/sys/fs/cgroup/cpu/cpu.idle");
        }
        Bundle bundle = Cgroups.asking(box, "cpu", Map.of("quota", 20000, "period", 50000, "burst", 10000, "idle", 1));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            assertEquals("10000", Cgroups.limit(container, "cpu", "cpu.cfs_burst_us", "cpu.max.burst"));
            assertEquals("1", Cgroups.file(container, "cpu", "cpu.idle"));
        }
    }
}
