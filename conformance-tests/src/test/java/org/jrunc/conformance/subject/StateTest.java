package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Proc;
import org.jrunc.conformance.Sandbox;
import tools.jackson.databind.JsonNode;

/** {@code state} (runtime.md, State). */
class StateTest {

    @EachRuntime
    void withoutAnIdIsAnError(Sandbox box) {
        box.runtime().command("state").run().refused();
    }

    @EachRuntime
    void whatDoesNotExistIsAnError(Sandbox box) {
        box.container(box.bundle()).state().refused();
    }

    @EachRuntime
    void hasItsProperties(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/annotations", Map.of("org.example.key", "a value"));
        try (Container container = box.container(bundle)) {
            container.create().ok();
            JsonNode state = container.stateJson();
            assertTrue(state.path("ociVersion").asString().matches("1\\.\\d+\\.\\d+.*"), state::toString);
            assertEquals(container.id(), state.path("id").asString());
            assertTrue(new Proc(state.path("pid").asLong()).alive(), state::toString);
            assertEquals(bundle.dir().toString(), state.path("bundle").asString());
            assertEquals("a value", state.at("/annotations/org.example.key").asString());
        }
    }

    @EachRuntime
    void followsTheLifeOfTheContainer(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            assertEquals("created", container.status());
            container.start().ok();
            assertEquals("running", container.status());
            container.kill("KILL").ok();
            container.awaitStopped();
            assertEquals("stopped", container.status());
        }
    }
}
