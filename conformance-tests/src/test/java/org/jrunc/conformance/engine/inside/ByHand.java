package org.jrunc.conformance.engine.inside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jrunc.conformance.Shell;
import org.jrunc.conformance.engine.Readme;
import org.junit.jupiter.api.Test;

/** What a new user types after he has done what README says. */
public class ByHand {

    @Test
    void theCommandsOfReadme() {
        for (String command : Readme.about(Engine.HERE.lowercase()).byHand()) {
            assertEquals("hi", Shell.sh(command), command);
        }
    }

    @Test
    void podmanUsesItWithoutAnyFlag() {
        Engine.is(Engine.PODMAN, "its configuration names the runtime to use");
        assertEquals("jrunc /usr/local/bin/jrunc",
                Shell.sh("podman info --format '{{.Host.OCIRuntime.Name}} {{.Host.OCIRuntime.Path}}'"));
        assertEquals("hi", Shell.sh("podman run --rm busybox echo hi"));
    }

    /** Engines read the runtime's message to tell this from other failures: exit code 127. */
    @Test
    void aProgramThatIsNotThere() {
        String command = switch (Engine.HERE) {
            case PODMAN -> "podman run --rm busybox nosuch";
            case DOCKER -> "docker run --rm --runtime jrunc busybox nosuch";
            case CONTAINERD -> "ctr run --rm --runc-binary /usr/local/bin/jrunc"
                    + " docker.io/library/busybox:latest n nosuch";
        };
        Shell.Outcome outcome = Shell.attempt(command);
        assertEquals(Engine.HERE == Engine.CONTAINERD ? 1 : 127, outcome.exit(), outcome::output);
        assertTrue(outcome.output().matches("(?s).*executable file .*not found.*"), outcome::output);
    }
}
