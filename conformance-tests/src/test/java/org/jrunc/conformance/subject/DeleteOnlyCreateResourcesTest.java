package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Cgroups;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code delete} leaves alone what {@code create} did not make (runtime.md, delete). */
class DeleteOnlyCreateResourcesTest {

    @EachRuntime
    void theBundleAndWhatWasMountedStay(Sandbox box) throws IOException {
        Path source = box.newDirectory();
        Files.writeString(source.resolve("file"), "kept");
        Bundle bundle = box.bundle().bind(source, "/mnt").sh("echo kept > /opt/made");
        try (Container container = box.container(bundle).started()) {
            container.awaitStopped();
            container.delete().ok();
        }
        assertEquals("kept", Files.readString(source.resolve("file")));
        assertEquals("kept\n", Files.readString(bundle.rootfs().resolve("opt/made")));
        assertTrue(Files.exists(bundle.dir().resolve("config.json")));
    }

    @EachRuntime
    void aNamespaceThatWasJoinedStays(Sandbox box) {
        Path directory = box.newDirectory();
        Shell.sh("mount -t tmpfs none " + directory + " && mount --make-private " + directory + " && touch " + directory
                + "/net && unshare --net=" + directory + "/net true");
        try {
            Bundle bundle = box.bundle().namespace("network", directory + "/net").args("true");
            try (Container container = box.container(bundle).started()) {
                container.awaitStopped();
                container.delete().ok();
            }
            assertEquals("1", Shell.sh("nsenter --net=" + directory + "/net ip -o link show lo | wc -l"));
        } finally {
            Shell.sh("umount -R " + directory);
        }
    }

    @EachRuntime
    void theCgroupAboveStays(Sandbox box) throws IOException {
        String parent = box.newId();
        Path directory = Path.of(Cgroups.directory("pids"), parent);
        Files.createDirectory(directory);
        try {
            Bundle bundle = box.bundle().args("true");
            bundle.set("/linux/cgroupsPath", "/" + parent + "/child");
            try (Container container = box.container(bundle).started()) {
                assertTrue(Files.isDirectory(directory.resolve("child")));
                container.awaitStopped();
                container.delete().ok();
            }
            assertFalse(Files.exists(directory.resolve("child")));
            assertTrue(Files.isDirectory(directory));
        } finally {
            Shell.sh("find /sys/fs/cgroup -maxdepth 2 -type d -name " + parent + " -exec rmdir {} +");
        }
    }
}
