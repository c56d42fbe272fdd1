package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Namespaces;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.Sandbox;

/** A namespace that the configuration does not ask for is the runtime's (config-linux.md, Namespaces). */
class LinuxNsItypeTest {

    @EachRuntime({"pid", "network", "ipc", "uts", "user", "cgroup", "time"})
    void theNamespaceIsTheRuntimes(String type, Sandbox box) {
        Needs.namespace(Namespaces.file(type));
        Bundle bundle = box.bundle().withoutNamespace(type);
        if (type.equals("uts")) {
            bundle.remove("/hostname");
        }
        try (Container container = box.container(bundle.idle()).started()) {
            assertEquals(Namespaces.ofHost(type), Namespaces.of(container.init().pid(), type));
        }
    }
}
