package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code linux.resources.cpu}: time and processors. */
@ExtendWith(NothingLeftExtension.class)
class CgroupCpuTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.cgroupV1();
    }

    @ParameterizedTest
    @EnumSource
    void everyLimitIsSet(Cgroups.At at, Sandbox box) {
        Bundle bundle = Cgroups.asking(box, "cpu", Map.of("shares", 1000, "quota", 20000, "period", 50000, "cpus", "0",
                "mems", "0"));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            assertEquals("1000", Cgroups.file(container, "cpu", "cpu.shares"));
            assertEquals("20000", Cgroups.file(container, "cpu", "cpu.cfs_quota_us"));
            assertEquals("50000", Cgroups.file(container, "cpu", "cpu.cfs_period_us"));
            assertEquals("0", Cgroups.file(container, "cpuset", "cpuset.cpus"));
            assertEquals("0", Cgroups.file(container, "cpuset", "cpuset.mems"));
        }
    }

    @Test
    void itsProcessesStayOnTheirProcessors(Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/resources/cpu/cpus", "0")
                .sh("grep Cpus_allowed_list /proc/self/status");
        assertEquals("Cpus_allowed_list:\t0\n", box.run(bundle).ok().out());
    }

    @Test
    void burstAndIdleAreSet(Sandbox box) {
        Needs.jrunc(box, "runc 1.1 and crun 1.8 are older than these");
        Needs.file("/sys/fs/cgroup/cpu/cpu.idle");
        try (Container container = box.container(Cgroups.asking(box, "cpu", Map.of("quota", 20000, "period", 50000,
                "burst", 10000, "idle", 1))).started()) {
            assertEquals("10000", Cgroups.file(container, "cpu", "cpu.cfs_burst_us"));
            assertEquals("1", Cgroups.file(container, "cpu", "cpu.idle"));
        }
    }

    @Test
    void realTimeIsSet(Sandbox box) {
        Needs.file("/sys/fs/cgroup/cpu/cpu.rt_runtime_us");
        try (Container container = box.container(Cgroups.asking(box, "cpu", Map.of("realtimeRuntime", 1000,
                "realtimePeriod", 500000))).started()) {
            assertEquals("1000", Cgroups.file(container, "cpu", "cpu.rt_runtime_us"));
            assertEquals("500000", Cgroups.file(container, "cpu", "cpu.rt_period_us"));
        }
    }

    @Test
    void refusesWhatTheMachineDoesNotHave(Sandbox box) {
        Needs.jrunc(box, "the peers name no field");
        Cgroups.refused(box, "cpu", Map.of("cpus", "0-900")).failsWith("/linux/resources/cpu/cpus: write 0-900 to ",
                "ERANGE", "only what the cgroup above has can be given: 0");
        Cgroups.refused(box, "cpu", Map.of("mems", "63")).failsWith("/linux/resources/cpu/mems: write 63 to ");
        Cgroups.refused(box, "cpu", Map.of("quota", 10)).failsWith("/linux/resources/cpu/quota: write 10 to ",
                "cpu.cfs_quota_us: EINVAL");
    }
}
