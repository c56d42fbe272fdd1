package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/**
 * A capability that can not be mapped to the kernel: up to version 1.0 of the specification an error, since 1.1 a
 * warning (config.md, Linux Process).
 */
class ProcessCapabilitiesFailTest {

    @EachRuntime("1.0.2")
    void isAnError(String version, Sandbox box) {
        Bundle bundle = box.bundle().set("/ociVersion", version).capabilities(List.of("CAP_CHOWN", "CAP_NONSENSE"));
        try (Container container = box.container(bundle.idle())) {
            container.create().refused();
        }
    }

    @EachRuntime("1.1.0")
    void isAWarning(String version, Sandbox box) throws IOException {
        Bundle bundle = box.bundle().set("/ociVersion", version).capabilities(List.of("CAP_CHOWN", "CAP_NONSENSE"))
                .sh("grep CapBnd /proc/self/status");
        assertEquals("CapBnd:\t0000000000000001\n", box.loggedContainer(bundle).run().ok().out());
        assertTrue(Files.readString(box.log()).contains("CAP_NONSENSE"), "in the log");
    }
}
