package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;
import tools.jackson.databind.JsonNode;

/** The state of the container on the standard input of its hooks (runtime.md, State). */
class HooksStdinTest {

    @EachRuntime({"prestart creating", "createRuntime creating", "createContainer creating", "startContainer created",
            "poststart running", "poststop stopped"})
    void isTheStateAtThatTime(String kindAndStatus, Sandbox box) throws IOException {
        String kind = kindAndStatus.split(" ")[0];
        Path shared = box.newDirectory();
        Bundle bundle = box.bundle().bind(shared, shared.toString(), "rw").idle()
                .set("/annotations", Map.of("a/b", "c")).hook(kind, "cat > " + shared + "/state");
        Container container = box.container(bundle);
        long pid;
        try (container) {
            container.started();
            pid = container.init().pid();
        }
        String text = Files.readString(shared.resolve("state"));
        JsonNode state = Bundle.JSON.readTree(text);
        assertEquals(container.id(), state.path("id").asString(), text);
        assertEquals(kindAndStatus.split(" ")[1], state.path("status").asString(), text);
        assertEquals(bundle.dir().toString(), state.path("bundle").asString(), text);
        assertEquals("c", state.at("/annotations/a~1b").asString(), text);
        assertTrue(state.path("ociVersion").asString().startsWith("1."), text);
        switch (kind) {
            // These see the container's process with the number that it has inside.
            case "createContainer", "startContainer" ->
                assertTrue(List.of(1L, pid).contains(state.path("pid").asLong()), text);
            // Nobody demands a pid of a container that has stopped.
            case "poststop" -> assertEquals(0, state.path("pid").asLong(0), text);
            default -> assertEquals(pid, state.path("pid").asLong(), text);
        }
    }
}
