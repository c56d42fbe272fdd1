package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Cgroups;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Result;
import org.jrunc.conformance.Sandbox;

/** {@code linux.resources.pids}. */
class LinuxCgroupsPidsTest {

    @EachRuntime
    void theLimitIsSet(Cgroups.At at, Sandbox box) {
        Bundle bundle = Cgroups.asking(box, "pids", Map.of("limit", 1000));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            assertEquals("1000", Cgroups.file(container, "pids", "pids.max"));
        }
    }

    @EachRuntime
    void theLimitHolds(Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/resources/pids/limit", 3)
                .sh("sleep 100 & sleep 100 & (sleep 100) & wait");
        Result result = box.container(bundle).run();
        assertTrue(result.err().contains("can't fork"), result::toString);
    }

    @EachRuntime
    void minusOneIsNoLimit(Sandbox box) {
        Bundle bundle = Cgroups.asking(box, "pids", Map.of("limit", -1));
        try (Container container = box.container(bundle).started()) {
            assertEquals("max", Cgroups.file(container, "pids", "pids.max"));
        }
    }
}
