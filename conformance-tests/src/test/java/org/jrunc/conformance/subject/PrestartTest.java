package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Namespaces;
import org.jrunc.conformance.Sandbox;

/** {@code prestart} hooks run when the namespaces are there and the program does not run yet (runtime.md). */
class PrestartTest {

    @EachRuntime
    void runBeforeTheProgramInTheRuntimesNamespaces(Sandbox box) throws IOException {
        Path shared = box.newDirectory();
        Bundle bundle = box.bundle().bind(shared, "/mnt", "rw").sh("cat /mnt/seen; echo program >> /mnt/seen")
                .hook("prestart", "readlink /proc/self/ns/mnt >> " + shared + "/seen");
        String host = Namespaces.ofHost("mount") + "\n";
        try (Container container = box.container(bundle)) {
            container.create().ok();
            assertEquals(host, Files.readString(shared.resolve("seen")));
            container.start().ok();
            container.awaitStopped();
            assertEquals(host, container.out());
        }
    }

    @EachRuntime
    void findTheNamespacesOfTheContainer(Sandbox box) throws IOException {
        Path shared = box.newDirectory();
        Bundle bundle = box.bundle().idle().hook("prestart", "pid=$(sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/'); "
                + "readlink /proc/$pid/ns/net > " + shared + "/seen");
        try (Container container = box.container(bundle).started()) {
            assertEquals(Namespaces.of(container.init().pid(), "network") + "\n",
                    Files.readString(shared.resolve("seen")));
        }
    }
}
