package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code linux.resources.pids}. */
@ExtendWith(NothingLeftExtension.class)
class CgroupPidsTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.controller("pids");
    }

    @Test
    void zeroIsALimitAndLeavesRoomForInit(Sandbox box) {
        Needs.jrunc(box, "to runc 1.1 and crun 1.8 zero is no limit, the specification changed in 1.3");
        Bundle bundle = box.bundle().namespace("cgroup").args("cat", Cgroups.directory("pids") + "/pids.max")
                .set("/linux/resources/pids/limit", 0);
        assertEquals("1\n", box.run(bundle).ok().out());
    }
}
