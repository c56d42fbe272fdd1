package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;
import tools.jackson.databind.JsonNode;

/** Properties that are unknown, empty or invalid (config.md: Extensibility, Valid values, Annotations). */
class MiscPropsTest {

    @EachRuntime({"/unknown", "/process/unknown", "/linux/unknown", "/linux/resources/unknown"})
    void anUnknownPropertyIsIgnored(String pointer, Sandbox box) {
        assertEquals("ran\n", box.run(box.bundle().set(pointer, Map.of("a", List.of(1))).sh("echo ran")).ok().out());
    }

    @EachRuntime
    void annotationsCanBeUnknownAndEmpty(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/annotations", Map.of("org.example.unknown", "", "b", "c"));
        try (Container container = box.container(bundle)) {
            container.create().ok();
            JsonNode annotations = container.stateJson().path("annotations");
            assertEquals("", annotations.path("org.example.unknown").asString("missing"));
            assertEquals("c", annotations.path("b").asString());
        }
    }

    @EachRuntime({"/ociVersion not-a-version", "/linux/rootfsPropagation sometimes", "/linux/namespaces/0/type no-type",
            "/linux/seccomp/defaultAction SCMP_ACT_NONSENSE", "/process/rlimits/0/type RLIMIT_NONSENSE",
            "/process/cwd relative/path"})
    void anInvalidValueIsAnError(String pointerAndValue, Sandbox box) {
        Bundle bundle = box.bundle().set(pointerAndValue.split(" ")[0], pointerAndValue.split(" ")[1]).idle();
        try (Container container = box.container(bundle)) {
            container.create().refused();
        }
    }

    @EachRuntime
    void aVersionThatIsYetToComeIsAnError(Sandbox box) {
        try (Container container = box.container(box.bundle().set("/ociVersion", "99.0.0").idle())) {
            container.create().refused();
        }
    }
}
