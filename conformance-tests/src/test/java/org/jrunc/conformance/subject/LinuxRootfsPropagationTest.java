package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code linux.rootfsPropagation} (config-linux.md, Rootfs Mount Propagation). */
class LinuxRootfsPropagationTest {

    @EachRuntime({"private", "slave", "shared", "unbindable"})
    void thePropagationOfTheRootIsAsConfigured(String propagation, Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/rootfsPropagation", propagation)
                .sh("awk '$5 == \"/\"' /proc/self/mountinfo | sed 's/ - .*//' | cut -d' ' -f7-");
        Shell.sh("mount --bind " + bundle.rootfs() + " " + bundle.rootfs() + " && mount --make-shared "
                + bundle.rootfs());
        try {
            String fields = box.run(bundle).ok().out().strip();
            assertTrue(fields.matches(switch (propagation) {
                case "slave" -> "(master:\\d+)?";
                case "shared" -> "shared:\\d+( master:\\d+)?";
                case "unbindable" -> "unbindable";
                default -> "";
            }), fields);
        } finally {
            Shell.sh("umount " + bundle.rootfs());
        }
    }

    @EachRuntime({"private", "slave"})
    void aMountInsideIsNotSeenOutside(String propagation, Sandbox box) {
        Bundle bundle = box.bundle().allCapabilities().set("/linux/rootfsPropagation", propagation)
                .sh("mount -t tmpfs fromInside /mnt && echo mounted; sleep 1000");
        Shell.sh("mount --bind " + bundle.rootfs() + " " + bundle.rootfs() + " && mount --make-shared "
                + bundle.rootfs());
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("mounted");
            assertFalse(Shell.sh("cat /proc/self/mountinfo").contains("fromInside"));
        } finally {
            Shell.sh("umount -R " + bundle.rootfs());
        }
    }

    @EachRuntime
    void anUnbindableRootCanNotBeBound(Sandbox box) {
        Bundle bundle = box.bundle().allCapabilities().set("/linux/rootfsPropagation", "unbindable")
                .sh("mount --bind / /mnt 2>/dev/null || echo no");
        assertEquals("no\n", box.run(bundle).ok().out());
    }
}
