package org.jrunc.conformance.subject;

import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** A path to a namespace of another type is an error (config-linux.md, Namespaces). */
class LinuxNsPathTypeTest {

    @EachRuntime({"pid", "network", "ipc", "uts", "mount", "user", "cgroup"})
    void aPathOfAnotherTypeIsAnError(String type, Sandbox box) {
        String other = type.equals("ipc") ? "uts" : "ipc";
        Bundle bundle = box.bundle().remove("/hostname").idle()
                .namespace(type, "/proc/" + ProcessHandle.current().pid() + "/ns/" + other);
        try (Container container = box.container(bundle)) {
            container.create().refused();
        }
    }
}
