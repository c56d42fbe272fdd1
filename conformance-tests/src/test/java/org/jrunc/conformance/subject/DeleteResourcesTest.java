package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Cgroups;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Proc;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code delete} removes all that {@code create} has made (runtime.md, delete). */
class DeleteResourcesTest {

    @EachRuntime
    void itsCgroupsAreGone(Sandbox box) {
        try (Container container = box.container(box.bundle().idle()).started()) {
            String find = "find /sys/fs/cgroup -maxdepth 2 -type d -name " + container.id();
            assertTrue(Shell.sh(find).contains(Cgroups.directory("pids") + "/"));
            container.kill("KILL").ok();
            container.awaitStopped();
            container.delete().ok();
            assertEquals("", Shell.sh(find));
        }
    }

    @EachRuntime
    void itsStateIsGoneAndItsIdIsFree(Sandbox box) {
        String id = box.newId();
        for (int round = 0; round < 2; round++) {
            try (Container container = new Container(box.runtime(), box.bundle().args("true"), id).started()) {
                container.awaitStopped();
                container.delete().ok();
                assertFalse(Files.exists(container.stateDirectory()));
            }
        }
    }

    @EachRuntime
    void itsMountsAreGone(Sandbox box) {
        Bundle bundle = box.bundle().idle().mount("/mnt", "tmpfs", "tmpfs");
        try (Container container = box.container(bundle).started()) {
            container.kill("KILL").ok();
            container.awaitStopped();
            container.delete().ok();
        }
        assertFalse(new Proc(ProcessHandle.current().pid()).file("mountinfo").contains(bundle.dir().toString()));
    }
}
