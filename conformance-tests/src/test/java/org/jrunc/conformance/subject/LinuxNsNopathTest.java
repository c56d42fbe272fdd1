package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Namespaces;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** A namespace without a path is a new one (config-linux.md, Namespaces). */
class LinuxNsNopathTest {

    @EachRuntime({"pid", "network", "ipc", "uts", "mount", "user", "cgroup", "time"})
    void theNamespaceIsNew(String type, Sandbox box) {
        Needs.namespace(Namespaces.file(type));
        Bundle bundle = box.bundle();
        if (type.equals("user")) {
            bundle.userNamespace(700000, 65536);
            Shell.sh("chown -h 700000:700000 " + bundle.rootfs() + " " + bundle.rootfs() + "/*");
        }
        bundle.namespace(type);
        try (Container container = box.container(bundle.idle()).started()) {
            assertNotEquals(Namespaces.ofHost(type), Namespaces.of(container.init().pid(), type));
        }
    }
}
