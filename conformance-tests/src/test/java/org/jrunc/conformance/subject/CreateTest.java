package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Proc;
import org.jrunc.conformance.Sandbox;

/** {@code create}: a new container under an id of its own, its program not yet running (runtime.md, create). */
class CreateTest {

    @EachRuntime
    void withoutAnIdIsAnError(Sandbox box) {
        Bundle bundle = box.bundle().save();
        box.runtime().command("create", "--bundle", bundle.dir().toString()).run().refused();
    }

    @EachRuntime
    void withoutAConfigurationIsAnErrorAndMakesNothing(Sandbox box) {
        String id = box.newId();
        box.runtime().command("create", "--bundle", box.newDirectory().toString(), id).run().refused();
        box.runtime().command("state", id).run().refused();
    }

    @EachRuntime
    void anIdInUseIsAnErrorAndLeavesItsContainerAlone(Sandbox box) {
        try (Container container = box.container(box.bundle().idle()).started()) {
            Proc init = container.init();
            new Container(box.runtime(), box.bundle().idle(), container.id()).create().refused();
            assertEquals("running", container.status());
            assertEquals(init, container.init());
        }
    }

    @EachRuntime
    void theProgramDoesNotRunBeforeStart(Sandbox box) {
        try (Container container = box.container(box.bundle().sh("echo ran"))) {
            container.create().ok();
            assertEquals("created", container.status());
            assertTrue(container.init().alive());
            assertEquals("", container.out());
            container.start().ok();
            container.awaitStopped();
            assertEquals("ran\n", container.out());
        }
    }
}
