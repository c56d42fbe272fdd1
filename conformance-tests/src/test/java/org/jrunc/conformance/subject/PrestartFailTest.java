package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** A {@code prestart} hook that fails is an error, and the container is destroyed (runtime.md, Lifecycle). */
class PrestartFailTest {

    @EachRuntime
    void isAnErrorOfCreateAndTheContainerIsGone(Sandbox box) throws IOException {
        Path shared = box.newDirectory();
        Bundle bundle = box.bundle().bind(shared, "/mnt", "rw").sh("echo ran > /mnt/program")
                .hook("prestart", "exit 3").hook("prestart", "echo ran > " + shared + "/next")
                .hook("poststop", "echo ran > " + shared + "/poststop");
        Container container = box.container(bundle);
        container.create().refused();
        container.state().refused();
        assertFalse(Files.exists(shared.resolve("program")));
        assertFalse(Files.exists(shared.resolve("next")));
        assertTrue(Files.exists(shared.resolve("poststop")), "the poststop hooks are run");
    }
}
