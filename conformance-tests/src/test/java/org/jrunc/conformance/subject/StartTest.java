package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Proc;
import org.jrunc.conformance.Sandbox;

/** {@code start}: created containers only (runtime.md, start). */
class StartTest {

    @EachRuntime
    void withoutAnIdIsAnError(Sandbox box) {
        box.runtime().command("start").run().refused();
    }

    @EachRuntime
    void whatDoesNotExistIsAnError(Sandbox box) {
        box.container(box.bundle()).start().refused();
    }

    @EachRuntime
    void runsTheProgramOfACreatedContainer(Sandbox box) {
        try (Container container = box.container(box.bundle().sh("echo ran; sleep 1000"))) {
            container.create().ok();
            Proc init = container.init();
            container.start().ok();
            container.awaitOut("ran\n");
            assertEquals("running", container.status());
            assertEquals(init, container.init());
        }
    }

    @EachRuntime
    void aRunningContainerIsAnErrorAndGoesOn(Sandbox box) {
        try (Container container = box.container(box.bundle().sh("echo ran; sleep 1000")).started()) {
            container.awaitOut("ran\n");
            container.start().refused();
            assertEquals("running", container.status());
            assertEquals("ran\n", container.out());
        }
    }

    @EachRuntime
    void aStoppedContainerIsAnErrorAndStaysSo(Sandbox box) {
        try (Container container = box.container(box.bundle().sh("echo ran")).started()) {
            container.awaitStopped();
            container.start().refused();
            assertEquals("stopped", container.status());
            assertEquals("ran\n", container.out());
        }
    }

    @EachRuntime
    void withoutAProcessIsAnError(Sandbox box) {
        Bundle bundle = box.bundle().remove("/process");
        try (Container container = box.container(bundle)) {
            if (container.create().exit() == 0) {
                container.start().refused();
            }
        }
    }
}
