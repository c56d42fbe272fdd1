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

/** {@code poststart} hooks run when the program was started and before {@code start} returns (runtime.md). */
class PoststartTest {

    @EachRuntime
    void runOnceStartWasCalledAndBeforeItReturns(Sandbox box) throws IOException {
        Path shared = box.newDirectory();
        Bundle bundle = box.bundle().idle().hook("poststart", "sleep 0.3; readlink /proc/self/ns/mnt > " + shared
                + "/seen");
        try (Container container = box.container(bundle)) {
            container.create().ok();
            assertFalse(Files.exists(shared.resolve("seen")));
            container.start().ok();
            assertEquals(Namespaces.ofHost("mount") + "\n", Files.readString(shared.resolve("seen")));
        }
    }

    @EachRuntime
    void runWhenTheProgramRuns(Sandbox box) throws IOException {
        Path shared = box.newDirectory();
        Bundle bundle = box.bundle().idle().hook("poststart", "pid=$(sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/'); "
                + "tr '\\0' ' ' < /proc/$pid/cmdline > " + shared + "/seen");
        try (Container container = box.container(bundle)) {
            container.started();
            assertEquals("/bin/sh -c", Files.readString(shared.resolve("seen")).substring(0, 10));
        }
    }
}
