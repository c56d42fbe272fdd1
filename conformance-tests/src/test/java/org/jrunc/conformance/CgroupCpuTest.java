package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code linux.resources.cpu}, beside what {@code subject.LinuxCgroupsCpusTest} has. */
@ExtendWith(NothingLeftExtension.class)
class CgroupCpuTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.controller("cpu");
    }

    @Test
    void sharesAreAWeightByTheCurve(Sandbox box) {
        Needs.cgroupV2();
        Needs.jrunc(box, "runc before 1.3.2 and crun before 1.23 convert them by a line, to 39");
        try (Container container = box.container(Cgroups.asking(box, "cpu", Map.of("shares", 1000))).started()) {
            assertEquals("99", Cgroups.file(container, "cpu", "cpu.weight"));
        }
    }

    @Test
    void aPeriodWithoutAQuotaIsNoLimit(Sandbox box) {
        Needs.cgroupV2();
        try (Container container = box.container(Cgroups.asking(box, "cpu", Map.of("period", 50000))).started()) {
            assertEquals("max 50000", Cgroups.file(container, "cpu", "cpu.max"));
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
        Cgroups.refused(box, "cpu", Map.of("quota", 10)).failsWith("/linux/resources/cpu/quota: write 10 ",
                Cgroups.areUnified() ? "cpu.max: EINVAL" : "cpu.cfs_quota_us: EINVAL");
    }
}
