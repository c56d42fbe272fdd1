package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** A {@code poststop} hook that fails is a warning (runtime.md, Lifecycle). */
class PoststopFailTest {

    @EachRuntime
    void theOthersRunAndTheContainerIsGone(Sandbox box) {
        Path second = box.newDirectory().resolve("second");
        Bundle bundle = failing(box).hook("poststop", "echo second > " + second);
        try (Container container = box.container(bundle).started()) {
            container.awaitStopped();
            container.delete().ok();
            container.state().refused();
            assertTrue(Files.exists(second));
        }
    }

    @EachRuntime
    void isAWarningInTheLog(Sandbox box) throws IOException {
        try (Container container = box.loggedContainer(failing(box)).started()) {
            container.awaitStopped();
            container.delete().ok();
            assertTrue(Files.readString(box.log()).contains("hook"));
        }
    }

    private static Bundle failing(Sandbox box) {
        return box.bundle().args("true").hook("poststop", "exit 1");
    }
}
