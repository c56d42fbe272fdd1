package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Mount namespaces: own mounts, an own /proc, and the old root out of reach. */
@ExtendWith(NothingLeftExtension.class)
class MountNamespaceTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void procShowsTheContainer(Sandbox box) {
        assertEquals("sh\n1\n", box.sh("cat /proc/1/comm; ls -d /proc/[0-9]* | sort | head -1 | cut -d/ -f3"));
    }

    @Test
    void theOldRootIsGone(Sandbox box) {
        List<String> mounts = box.sh("cat /proc/self/mountinfo").lines().toList();
        assertTrue(mounts.getFirst().split(" ")[4].equals("/"), mounts::toString);
        assertEquals(1, mounts.stream().filter(m -> m.split(" ")[4].equals("/")).count());
        assertFalse(mounts.stream().anyMatch(m -> m.split(" ")[4].startsWith("/tmp/" + Sandbox.MARK)),
                mounts::toString);
        assertEquals(box.sh("ls /"), box.sh("cd /..; cd ..; ls; ls /proc/1/root/.. > /dev/null"));
    }

    @Test
    void theParentOfTheRootMountIsNoMountOfTheContainer(Sandbox box) {
        List<String> mounts = box.sh("cat /proc/self/mountinfo").lines().toList();
        String parent = mounts.getFirst().split(" ")[1];
        assertFalse(mounts.stream().skip(1).anyMatch(m -> m.split(" ")[0].equals(parent)));
    }

    @Test
    void mountsMadeInsideStayInside(Sandbox box) {
        String before = Shell.sh("cat /proc/self/mountinfo");
        Bundle bundle = box.bundle().allCapabilities()
                .sh("mount -t tmpfs inner /mnt && touch /mnt/x && grep -c ' /mnt ' "
                + "/proc/self/mountinfo; sleep 1000");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("1\n");
            assertFalse(Shell.sh("cat /proc/self/mountinfo").contains("inner"));
            assertFalse(Files.exists(bundle.rootfs().resolve("mnt/x")));
        }
        assertFalse(before.contains("inner"));
    }

    @Test
    void mountsMadeOnTheHostLaterDoNotComeIn(Sandbox box) {
        // By default they do where the host's root is shared, as systemd makes it: the container's is a slave of it.
        Bundle bundle = box.bundle().set("/linux/rootfsPropagation", "private");
        Path later = bundle.file("/mnt/later/placeholder", "").getParent();
        bundle.sh("echo ready; while ! [ -e /tmp/go ]; do usleep 10000; done; ls /mnt/later");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("ready");
            Shell.sh("mount -t tmpfs none " + later + " && touch " + later + "/hidden");
            try {
                bundle.file("/tmp/go", "");
                container.awaitStopped();
                assertEquals("ready\nplaceholder\n", container.out());
            } finally {
                Shell.sh("umount " + later);
            }
        }
    }

    @Test
    void anExistingNamespaceCanBeJoinedByAFile(Sandbox box) {
        Path directory = box.newDirectory();
        Shell.sh("mount -t tmpfs none " + directory + " && mount --make-private " + directory + " && touch " + directory
                + "/ns && unshare --propagation=private --mount=" + directory + "/ns true");
        try {
            String inode = Shell.sh("nsenter --mount=" + directory + "/ns readlink /proc/self/ns/mnt");
            Bundle bundle = box.bundle().namespace("mount", directory + "/ns")
                    .sh("readlink /proc/self/ns/mnt; cat /etc/marker");
            bundle.file("/etc/marker", "in the bundle's root\n");
            assertEquals(inode + "\nin the bundle's root\n", box.run(bundle).ok().out());
        } finally {
            Shell.sh("umount -R " + directory);
        }
    }

    @Test
    void withoutANamespaceTheRootIsChangedAndNothingIsMounted(Sandbox box) {
        Bundle bundle = box.bundle().withoutNamespace("mount").set("/mounts", List.of()).remove("/linux/maskedPaths")
                .remove("/linux/readonlyPaths").sh("cat /etc/marker; ls /");
        bundle.file("/etc/marker", "in the bundle's root\n");
        Result result = box.run(bundle).ok();
        assertTrue(result.out().startsWith("in the bundle's root\nbin\n"), result::toString);
    }
}
