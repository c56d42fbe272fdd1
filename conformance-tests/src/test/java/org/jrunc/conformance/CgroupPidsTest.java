package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code linux.resources.pids}. */
@ExtendWith(NothingLeftExtension.class)
class CgroupPidsTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.controller("pids");
    }

    @ParameterizedTest
    @EnumSource
    void theLimitIsSet(Cgroups.At at, Sandbox box) {
        try (Container container = Cgroups.container(box, Cgroups.asking(box, "pids", Map.of("limit", 30)), at)
                .started()) {
            assertEquals("30", Cgroups.file(container, "pids", "pids.max"));
        }
    }

    @Test
    void nobodyForksBeyondIt(Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/resources/pids/limit", 3)
                .sh("sleep 100 & sleep 100 & (sleep 100) & wait");
        Result result = box.run(bundle);
        assertEquals(true, result.err().contains("can't fork"), result.toString());
    }

    @Test
    void noLimitIsMinusOne(Sandbox box) {
        try (Container container = box.container(Cgroups.asking(box, "pids", Map.of("limit", -1))).started()) {
            assertEquals("max", Cgroups.file(container, "pids", "pids.max"));
        }
    }

    @Test
    void zeroIsALimitAndLeavesRoomForInit(Sandbox box) {
        Needs.jrunc(box, "to runc 1.1 and crun 1.8 zero is no limit, the specification changed in 1.3");
        Bundle bundle = box.bundle().namespace("cgroup").args("cat", Cgroups.directory("pids") + "/pids.max")
                .set("/linux/resources/pids/limit", 0);
        assertEquals("1\n", box.run(bundle).ok().out());
    }
}
