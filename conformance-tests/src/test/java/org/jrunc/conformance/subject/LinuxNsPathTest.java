package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Invocation;
import org.jrunc.conformance.Namespaces;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.Poll;
import org.jrunc.conformance.Sandbox;

/** A namespace with a path is joined (config-linux.md, Namespaces). */
class LinuxNsPathTest {

    @EachRuntime({"pid", "network", "ipc", "uts", "cgroup", "time"})
    void theNamespaceIsThatOfThePath(String type, Sandbox box) {
        Needs.namespace(Namespaces.file(type));
        String option = Map.of("pid", "--pid --fork", "network", "--net", "ipc", "--ipc", "uts", "--uts", "cgroup",
                "--cgroup", "time", "--time --fork").get(type);
        Invocation holder = new Invocation(box.runtime().scratch(),
                List.of("sh", "-c", "exec unshare " + option + " --kill-child sh -c 'echo ready; exec sleep 100'"));
        Invocation.Running running = holder.start();
        try {
            Poll.until("the namespace is there", () -> running.soFar().out().contains("ready"));
            long pid = running.process().descendants().map(ProcessHandle::pid).findFirst()
                    .orElse(running.process().pid());
            Bundle bundle = box.bundle().remove("/hostname").idle()
                    .namespace(type, "/proc/" + pid + "/ns/" + Namespaces.file(type));
            try (Container container = box.container(bundle).started()) {
                assertEquals(Namespaces.of(pid, type), Namespaces.of(container.init().pid(), type));
                assertNotEquals(Namespaces.ofHost(type), Namespaces.of(pid, type));
            }
        } finally {
            running.process().descendants().forEach(ProcessHandle::destroyForcibly);
            running.process().destroyForcibly();
        }
    }
}
