package org.jrunc.conformance.subject;

import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** The program gets the signal that {@code kill} names (runtime.md, kill). */
class KillsigTest {

    @EachRuntime({"HUP", "INT", "USR1", "TERM", "WINCH"})
    void theProgramGetsTheSignal(String signal, Sandbox box) {
        Bundle bundle = box.bundle().sh("trap 'echo got " + signal + "; exit 0' " + signal
                + "; echo ready; while :; do sleep 0.1; done");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("ready");
            container.kill(signal).ok();
            container.awaitOut("got " + signal);
        }
    }
}
