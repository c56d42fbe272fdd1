package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Sandbox;

/** {@code linux.mountLabel} (config-linux.md, Mount Label). */
class LinuxMountLabelTest {

    @EachRuntime
    void theMountsHaveTheLabel(Sandbox box) {
        assumeTrue(Files.exists(Path.of("/sys/fs/selinux/enforce")), "needs a kernel that runs SELinux");
        String label = "system_u:object_r:svirt_sandbox_file_t:s0:c715,c811";
        Bundle bundle = box.bundle().set("/linux/mountLabel", label).mount("/mnt", "tmpfs", "tmpfs")
                .sh("grep ' /mnt ' /proc/self/mountinfo");
        assertTrue(box.run(bundle).ok().out().contains(label));
    }
}
