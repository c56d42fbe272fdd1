package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;
import tools.jackson.databind.JsonNode;

/** A signal to a container that has stopped has no effect (runtime.md, kill). */
class KillNoEffectTest {

    @EachRuntime
    void theContainerIsAsItWas(Sandbox box) {
        try (Container container = box.container(box.bundle().args("true")).started()) {
            container.awaitStopped();
            JsonNode before = container.stateJson();
            container.kill("TERM");
            container.kill("KILL");
            assertEquals(before, container.stateJson());
            container.delete().ok();
        }
    }
}
