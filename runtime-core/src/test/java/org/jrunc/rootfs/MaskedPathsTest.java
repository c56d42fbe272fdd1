package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;

class MaskedPathsTest extends RealMounts {

    @Test
    void aFileIsCoveredAndADirectoryIsEmpty() throws IOException {
        plain().spec().masked.addAll(List.of("/d", "/f", "/none", "/d2", "/d/", "/link"));
        Files.createDirectories(container.rootfs.resolve("d/x"));
        Files.createDirectories(container.rootfs.resolve("d2/x"));
        Files.writeString(container.rootfs.resolve("f"), "secret");
        Files.writeString(container.rootfs.resolve("g"), "secret");
        Files.createSymbolicLink(container.rootfs.resolve("link"), Path.of("/g"));
        container.build();
        assertEquals("", Files.readString(container.path("/f")));
        assertEquals("", Files.readString(container.path("/g")));
        assertEquals(0, container.path("/d").toFile().list().length);
        assertEquals(0, container.path("/d2").toFile().list().length);
        assertTrue(container.optionsAt("/d").startsWith("ro,nosuid,nodev,noexec,relatime - ro"),
                container.optionsAt("/d"));
        assertEquals(container.mountAt("/d").split(" ")[2], container.mountAt("/d2").split(" ")[2],
                "one tmpfs for all");
        assertEquals(1, container.mountInfo().stream().filter(l -> l.split(" ")[4].equals("/d")).count());
    }

    @Test
    void readOnlyPathsKeepTheirOtherFlags() throws IOException {
        plain().mount("tmpfs", "t", "/t", "nosuid", "nodev", "noexec", "noatime").mount("tmpfs", "t", "/t/below");
        container.spec().readonly.addAll(List.of("/t", "/bin/busybox", "/none"));
        container.build();
        assertTrue(container.optionsAt("/t").startsWith("ro,nosuid,nodev,noexec,noatime"),
                container.optionsAt("/t"));
        assertTrue(container.optionsAt("/t/below").startsWith("rw,"), container.optionsAt("/t/below"));
        assertTrue(container.optionsAt("/bin/busybox").startsWith("ro,"), container.optionsAt("/bin/busybox"));
    }

    @Test
    void beforeLinux512FilesDirectoriesAndTheRootCanBeReadOnly() throws IOException {
        plain().old().spec().readonly.addAll(List.of("/d", "/bin/busybox"));
        container.spec().readonlyRoot = true;
        Files.createDirectories(container.rootfs.resolve("d"));
        container.build();
        for (String path : List.of("/", "/d", "/bin/busybox")) {
            assertTrue(container.optionsAt(path).startsWith("ro,"), path + ": " + container.optionsAt(path));
        }
    }

    @Test
    void devNullThatIsALinkOrAnotherDeviceIsNotMounted() throws IOException {
        for (String swap : List.of("link", "device", "file")) {
            container = TestContainer.in(dir.resolve(swap)).mount("tmpfs", "tmpfs", "/dev").mount("proc", "p", "/proc");
            container.spec().masked.add("/proc/keys");
            Rootfs rootfs = container.rootfs(false);
            rootfs.prepare();
            rootfs.mountAll();
            rootfs.devices();
            rootfs.pivot();
            swap(swap);
            RuntimeFailure e = assertThrows(RuntimeFailure.class, rootfs::finish);
            assertTrue(e.getMessage().contains("\"/dev/null\" in the container is"), e.getMessage());
            assertEquals("", container.mountAt("/proc/keys"));
            container.close();
        }
    }

    /** What the CVE's attacker does, who has the same volume. */
    private void swap(String how) throws IOException {
        Path devNull = container.path("/dev/null");
        Files.delete(devNull);
        if (how.equals("link")) {
            Files.createSymbolicLink(devNull, Path.of("/proc/sys/kernel/core_pattern"));
        } else if (how.equals("device")) {
            RootfsTest.run("mknod", devNull.toString(), "c", "1", "5");
        } else {
            Files.createFile(devNull);
        }
    }

    @Test
    void aPathThroughAFileIsAnErrorAndNotIgnored() {
        plain().spec().masked.add("/bin/busybox/x");
        assertFails("error masking path \"/bin/busybox/x\": ", "ENOTDIR (/linux/maskedPaths/0)");
    }

    @Test
    void withoutOwnMountNamespaceTheyAreRefused() {
        container = TestContainer.in(dir, TestContainer.CLONE_NEWUTS);
        container.spec().masked.add("/proc/keys");
        assertFails("unable to restrict sys entries without a private MNT namespace", "/linux/maskedPaths");
    }

    @Test
    void hundredsOfMasksCostFewDescriptors() throws IOException {
        plain();
        for (int i = 0; i < 300; i++) {
            Files.createDirectory(container.rootfs.resolve("d" + i));
            container.spec().masked.add("/d" + i);
            Files.createFile(container.rootfs.resolve("f" + i));
            container.spec().masked.add("/f" + i);
        }
        container.kernel().prlimit(0, 7, 256, 256);
        container.build();
        assertTrue(container.optionsAt("/d299").startsWith("ro,"));
        assertTrue(container.mountAt("/f299").contains(" /null /f299 "), container.mountAt("/f299"));
    }
}
