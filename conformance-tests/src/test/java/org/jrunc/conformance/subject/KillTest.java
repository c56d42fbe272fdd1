package org.jrunc.conformance.subject;

import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** {@code kill}: created and running containers only (runtime.md, kill). */
class KillTest {

    @EachRuntime
    void withoutAnIdIsAnError(Sandbox box) {
        box.runtime().command("kill").run().refused();
    }

    @EachRuntime
    void whatDoesNotExistIsAnError(Sandbox box) {
        box.container(box.bundle()).kill("KILL").refused();
    }

    @EachRuntime
    void aCreatedContainerIsKilled(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            container.kill("KILL").ok();
            container.awaitStopped();
        }
    }

    @EachRuntime
    void aRunningContainerIsKilled(Sandbox box) {
        try (Container container = box.container(box.bundle().idle()).started()) {
            container.kill("KILL").ok();
            container.awaitStopped();
        }
    }

    @EachRuntime
    void aStoppedContainerIsAnError(Sandbox box) {
        try (Container container = box.container(box.bundle().args("true")).started()) {
            container.awaitStopped();
            container.kill("KILL").refused();
        }
    }
}
