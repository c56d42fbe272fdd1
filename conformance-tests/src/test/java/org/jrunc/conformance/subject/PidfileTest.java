package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** {@code --pid-file}: the pid that {@code state} tells (runtime.md, State). */
class PidfileTest {

    @EachRuntime({"create", "run"})
    void holdsThePidOfTheContainer(String command, Sandbox box) throws IOException {
        Path file = box.newDirectory().resolve("pid");
        try (Container container = box.container(box.bundle().idle())) {
            if (command.equals("create")) {
                container.create("--pid-file", file.toString()).ok();
            } else {
                container.runDetached("--pid-file", file.toString()).ok();
            }
            assertEquals(String.valueOf(container.init().pid()), Files.readString(file));
        }
    }
}
