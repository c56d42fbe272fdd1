package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code linux.resources.pids}, beside what {@code subject.LinuxCgroupsPidsTest} has. */
@ExtendWith(NothingLeftExtension.class)
class CgroupPidsTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.controller("pids");
    }

    @ParameterizedTest
    @CsvSource({"1.0.2-dev, max", "1.2.1, max", "1.3.0, 1"})
    void zeroIsALimitSince13AndLeavesRoomForInit(String version, String limit, Sandbox box) {
        if (limit.equals("1")) {
            Needs.jrunc(box, "to runc 1.1 and crun 1.8 zero is no limit, the specification changed in 1.3");
        }
        Bundle bundle = box.bundle().namespace("cgroup").args("cat", Cgroups.directory("pids") + "/pids.max")
                .set("/ociVersion", version).set("/linux/resources/pids/limit", 0);
        assertEquals(limit + "\n", box.run(bundle).ok().out());
    }
}
