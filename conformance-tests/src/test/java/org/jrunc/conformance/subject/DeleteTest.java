package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** {@code delete}: stopped containers only (runtime.md, delete). */
class DeleteTest {

    @EachRuntime
    void withoutAnIdIsAnError(Sandbox box) {
        box.runtime().command("delete").run().refused();
    }

    @EachRuntime
    void whatDoesNotExistIsAnError(Sandbox box) {
        box.container(box.bundle()).delete().refused();
    }

    @EachRuntime(deviation = "containerd deletes a task that was never started without --force, which runc allows")
    void aCreatedContainerIsAnErrorAndStays(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            container.delete().refused();
            assertEquals("created", container.status());
        }
    }

    @EachRuntime
    void aRunningContainerIsAnErrorAndStays(Sandbox box) {
        try (Container container = box.container(box.bundle().idle()).started()) {
            container.delete().refused();
            assertEquals("running", container.status());
        }
    }

    @EachRuntime
    void aStoppedContainerIsGone(Sandbox box) {
        try (Container container = box.container(box.bundle().args("true")).started()) {
            container.awaitStopped();
            container.delete().ok();
            container.state().refused();
        }
    }
}
