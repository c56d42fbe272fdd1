package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Result;
import org.jrunc.conformance.Sandbox;

/** {@code root.readonly} (config.md, Root). */
class RootReadonlyTrueTest {

    @EachRuntime
    void theRootCanNotBeWritten(Sandbox box) {
        Bundle bundle = box.bundle().allCapabilities().set("/root/readonly", true).sh("touch /etc/new");
        Result result = box.run(bundle);
        assertTrue(result.exit() == 1 && result.err().contains("Read-only file system"), result::toString);
        assertFalse(Files.exists(bundle.rootfs().resolve("etc/new")));
    }

    @EachRuntime
    void itsMountsCanBeWritten(Sandbox box) {
        Bundle bundle = box.bundle().set("/root/readonly", true).mount("/tmp", "tmpfs", "tmpfs")
                .sh("touch /tmp/new /dev/shm/new && echo written");
        assertEquals("written\n", box.run(bundle).ok().out());
    }

    @EachRuntime
    void otherwiseItCanBeWritten(Sandbox box) {
        Bundle bundle = box.bundle().set("/root/readonly", false).sh("touch /etc/new");
        box.run(bundle).ok();
        assertTrue(Files.exists(bundle.rootfs().resolve("etc/new")));
    }
}
