package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Poll;
import org.jrunc.conformance.Sandbox;

/** A {@code poststart} hook that fails: since version 1.3 an error, before that a warning (runtime.md). */
class PoststartFailTest {

    @EachRuntime({"1.0.2", "1.2.1"})
    void theOthersRunAndTheContainerRuns(String version, Sandbox box) {
        Path second = box.newDirectory().resolve("second");
        Bundle bundle = failing(box, version).hook("poststart", "echo second > " + second);
        try (Container container = box.container(bundle)) {
            container.create().ok();
            container.start().ok();
            assertTrue(Files.exists(second));
            assertEquals("running", container.status());
        }
    }

    @EachRuntime("1.0.2")
    void isAWarningInTheLog(String version, Sandbox box) throws IOException {
        try (Container container = box.loggedContainer(failing(box, version))) {
            container.create().ok();
            container.start().ok();
            assertTrue(Files.readString(box.log()).contains("hook"));
        }
    }

    @EachRuntime("1.3.0")
    void isAnErrorAndTheContainerStops(String version, Sandbox box) {
        try (Container container = box.container(failing(box, version))) {
            container.create().ok();
            container.start().refused();
            Poll.until("it is stopped or gone", () -> container.state().exit() != 0
                    || container.status().equals("stopped"));
        }
    }

    private static Bundle failing(Sandbox box, String version) {
        return box.bundle().set("/ociVersion", version).idle().hook("poststart", "exit 1");
    }
}
