package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Namespaces;
import org.jrunc.conformance.Sandbox;

/** {@code poststop} hooks run when the container is deleted and before {@code delete} returns (runtime.md). */
class PoststopTest {

    @EachRuntime
    void runWhenTheContainerIsGone(Sandbox box) throws IOException {
        Path seen = box.newDirectory().resolve("seen");
        Bundle bundle = box.bundle().args("true").hook("poststop", "readlink /proc/self/ns/mnt > " + seen);
        try (Container container = box.container(bundle).started()) {
            container.awaitStopped();
            assertFalse(Files.exists(seen));
            container.delete().ok();
            assertEquals(Namespaces.ofHost("mount") + "\n", Files.readString(seen));
        }
    }
}
