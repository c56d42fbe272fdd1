package org.jrunc.conformance.subject;

import java.util.Map;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** Limits that can not be: a type that is none, and one that is there twice (config.md, POSIX process). */
class ProcessRlimitsFailTest {

    @EachRuntime
    void aTypeThatIsNoneIsAnError(Sandbox box) {
        refused(box, limit("RLIMIT_TEST"));
    }

    @EachRuntime
    void aTypeThatIsThereTwiceIsAnError(Sandbox box) {
        refused(box, limit("RLIMIT_NOFILE"), limit("RLIMIT_NOFILE"));
    }

    private static void refused(Sandbox box, Object... limits) {
        try (Container container = box.container(box.bundle().idle().set("/process/rlimits", limits))) {
            container.create().refused();
        }
    }

    private static Map<String, Object> limit(String type) {
        return Map.of("type", type, "soft", 512, "hard", 1000);
    }
}
