package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.junit.jupiter.api.Test;

class FileSystemMountTest extends RealMounts {

    @Test
    void aTmpfsTakesOverTheModeOfWhatWasThere() throws IOException {
        plain().mount("tmpfs", "t", "/existing").mount("tmpfs", "t", "/own", "mode=710")
                .mount("tmpfs", "t", "/new").mount("tmpfs", "t", "/odd", "mode=1500");
        Files.createDirectory(container.rootfs.resolve("existing"));
        Files.createDirectory(container.rootfs.resolve("own"));
        RootfsTest.run("chmod", "3771", container.rootfs.resolve("existing").toString());
        container.build();
        assertTrue(container.optionsAt("/existing").contains("mode=3771"), container.optionsAt("/existing"));
        assertTrue(container.optionsAt("/own").contains("mode=710"), container.optionsAt("/own"));
        assertTrue(container.optionsAt("/odd").contains("mode=1500"), container.optionsAt("/odd"));
        assertFalse(container.optionsAt("/new").contains("mode="), container.optionsAt("/new"));
    }

    @Test
    void aReadOnlyTmpfsCanHoldLaterMountsAndDevices() {
        container = TestContainer.in(dir).mount("tmpfs", "t", "/dev", "ro", "nosuid")
                .mount("devpts", "devpts", "/dev/pts").mount("tmpfs", "t", "/t", "ro")
                .mount("tmpfs", "t", "/t/below").build();
        assertTrue(container.optionsAt("/dev").startsWith("ro,nosuid,relatime"), container.optionsAt("/dev"));
        assertTrue(container.optionsAt("/t").startsWith("ro,"), container.optionsAt("/t"));
        assertTrue(container.optionsAt("/t/below").startsWith("rw,"), container.optionsAt("/t/below"));
        assertTrue(Files.exists(container.path("/dev/null")));
    }

    @Test
    void whatIsUnusualAmongUsualMountsIsMadeInItsPlace() throws IOException {
        Path source = Files.createDirectory(dir.resolve("source"));
        plain();
        Files.createSymbolicLink(container.rootfs.resolve("link"), Path.of("/a/target"));
        container.mount("tmpfs", "a", "/a", "mode=700").mount("tmpfs", "linked", "/link", "mode=711")
                .mount("tmpfs", "deep", "/a/x/y", "mode=755").mount("bind", source.toString(), "/a/x/y/new", "bind", "ro")
                .mount("bind", source.toString(), "/a/x/y/new", "bind", "noexec").mount("tmpfs", "b", "/b/", "mode=701")
                .build();
        assertTrue(container.optionsAt("/a/target").contains("mode=711"), container.optionsAt("/a/target"));
        assertTrue(container.optionsAt("/a/x/y").contains("mode=755"), container.optionsAt("/a/x/y"));
        assertTrue(container.optionsAt("/a/x/y/new").startsWith("rw,noexec"), container.optionsAt("/a/x/y/new"));
        assertTrue(container.optionsAt("/b").contains("mode=701"), container.optionsAt("/b"));
    }

    @Test
    void whatFailsAmongUsualMountsIsNamed() {
        plain().mount("tmpfs", "a", "/a", "mode=700").mount("tmpfs", "b", "/b", "mode=700", "size=much")
                .mount("tmpfs", "c", "/c", "mode=700");
        assertFails("error mounting \"b\" to rootfs at \"/b\": ", "(/mounts/2", "size");
    }

    @Test
    void optionsOfTheSuperblockArrive() {
        plain().mount("tmpfs", "t", "/t", "sync", "dirsync", "mand", "lazytime", "noatime", "size=1m")
                .mount("tmpfs", "t", "/defaults", "defaults", "async", "nolazytime", "nomand", "loud", "noiversion")
                .build();
        assertTrue(container.optionsAt("/t").startsWith("rw,noatime - rw,sync,dirsync,"), container.optionsAt("/t"));
        assertTrue(container.optionsAt("/t").contains("lazytime"), container.optionsAt("/t"));
        assertTrue(container.optionsAt("/t").contains("size=1024k"), container.optionsAt("/t"));
        assertTrue(container.optionsAt("/defaults").startsWith("rw,relatime - rw"), container.optionsAt("/defaults"));
    }

    @Test
    void silentAndIversionArriveByMount2() {
        plain().mount("tmpfs", "t", "/t", "silent", "iversion", "nosuid", "ro", "rnoexec", "shared", "size=1m");
        container.build();
        assertTrue(container.optionsAt("/t").startsWith("ro,nosuid,noexec,"), container.optionsAt("/t"));
        assertTrue(container.optionsAt("/t").contains("size=1024k"), container.optionsAt("/t"));
        assertTrue(container.mountAt("/t").contains(" shared:"), container.mountAt("/t"));
    }

    @Test
    void whatTheFileSystemSaysIsInTheMessage() {
        plain().mount("tmpfs", "t", "/t", "nonsense=1");
        assertFails("error mounting \"t\" to rootfs at \"/t\": fsconfig: invalid argument (/mounts/1, EINVAL)",
                "Unknown parameter 'nonsense'");
    }

    @Test
    void anUnknownTypeIsNamed() {
        plain().mount("nosuchfs", "t", "/t");
        assertFails("no file system of type \"nosuchfs\" (/mounts/1/type)", "no such device");
    }

    @Test
    void aMissingTypeIsNamed() {
        plain().mount("", "t", "/t");
        assertFails("/mounts/1", "\"type\" is missing");
    }

    @Test
    void permissionErrorsReadAsRuncs() {
        user().mount("ext4", "/dev/vda", "/t");
        assertFails("error mounting \"/dev/vda\" to rootfs at \"/t\": ", "operation not permitted");
    }

    @Test
    void overlaysWithLongLayersAreMounted() throws IOException {
        String base = "/" + "long-directory-name-".repeat(5);
        plain();
        String lower = "";
        for (int i = 0; i < 60; i++) {
            Path layer = Files.createDirectories(Path.of(dir + base + i));
            Files.writeString(layer.resolve("file" + i), "x");
            lower += (i == 0 ? "" : ":") + layer;
        }
        String two = dir + base + "0:" + dir + base + "1:" + dir + base + "2";
        assertTrue(lower.length() > 4096 && two.length() > 255);
        container.mount("overlay", "overlay", "/o", "lowerdir=" + lower);
        container.mount("overlay", "overlay", "/two", "lowerdir=" + two, "ro");
        container.build();
        assertTrue(Files.exists(container.path("/o/file59")));
        assertTrue(Files.exists(container.path("/two/file2")));
    }

    @Test
    void copyUpBringsEverythingAsItWas() throws IOException {
        plain().mount("tmpfs", "t", "/data", "tmpcopyup", "size=1m");
        Path data = Files.createDirectory(container.rootfs.resolve("data"));
        RootfsTest.run("chmod", "2770", data.toString());
        Files.setAttribute(data, "unix:gid", 44);
        Files.writeString(data.resolve("file"), "x".repeat(100_000));
        Files.setAttribute(data.resolve("file"), "unix:uid", 1234);
        RootfsTest.run("chmod", "4711", data.resolve("file").toString());
        Files.createDirectories(data.resolve("a/b"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createSymbolicLink(data.resolve("a/link"), Path.of("/etc/passwd"));
        FileTime time = FileTime.fromMillis(1_000_000_000_123L);
        Files.setLastModifiedTime(data.resolve("file"), time);
        Files.setLastModifiedTime(data.resolve("a"), time);
        RootfsTest.run("mkfifo", data.resolve("pipe").toString());
        container.build();
        Path copy = container.path("/data");
        assertTrue(container.optionsAt("/data").contains("mode=2770"), container.optionsAt("/data"));
        assertEquals("2770 0:44", RootfsTest.run("stat", "-c", "%a %u:%g", copy.toString()));
        assertEquals(100_000, Files.size(copy.resolve("file")));
        assertEquals("4711 1234:44", RootfsTest.run("stat", "-c", "%a %u:%g", copy.resolve("file").toString()));
        assertEquals("2700", RootfsTest.run("stat", "-c", "%a", copy.resolve("a/b").toString()));
        assertEquals("/etc/passwd", Files.readSymbolicLink(copy.resolve("a/link")).toString());
        assertEquals(time, Files.getLastModifiedTime(copy.resolve("file")));
        assertEquals(time, Files.getLastModifiedTime(copy.resolve("a")));
        assertEquals("fifo", RootfsTest.run("stat", "-c", "%F", copy.resolve("pipe").toString()));
    }

    @Test
    void copyUpIsForTmpfsOnly() {
        plain().mount("sysfs", "s", "/sys", "tmpcopyup");
        assertFails("tmpcopyup is for tmpfs only");
    }

    @Test
    void procAndSysfsNeedAnOrdinaryDirectory() throws IOException {
        for (String type : List.of("proc", "sysfs")) {
            container = TestContainer.in(dir.resolve(type)).mount("tmpfs", "tmpfs", "/dev").mount(type, type, "/p");
            Files.createDirectory(container.rootfs.resolve("elsewhere"));
            Files.createSymbolicLink(container.rootfs.resolve("p"), Path.of("elsewhere"));
            assertFails("filesystem \"" + type + "\" must be mounted on ordinary directory (/mounts/1/destination)");
            Files.delete(container.rootfs.resolve("p"));
            Files.createFile(container.rootfs.resolve("p"));
            assertFails("filesystem \"" + type + "\" must be mounted on ordinary directory");
            Files.delete(container.rootfs.resolve("p"));
            container.close();
        }
    }

    @Test
    void onlyProcGoesOnProcAndOnlyKnownFilesBelow() throws IOException {
        Path volume = Files.createDirectory(dir.resolve("volume"));
        Files.writeString(volume.resolve("uptime"), "1 1\n");
        plain().mount("tmpfs", "t", "/proc");
        assertFails("\"/proc\" cannot be mounted because it is not of type proc");
        container.spec().mounts.removeLast();
        container.mount("", volume.toString(), "/proc", "bind");
        assertFails("\"/proc\" cannot be mounted because it is not of type proc");
        container.spec().mounts.removeLast();
        container.mount("", "/proc", "/proc", "bind");
        container.mount("tmpfs", "t", "/proc/self/attr");
        assertFails("\"/proc/self/attr\" cannot be mounted because it is inside /proc");
        container.spec().mounts.removeLast();
        Files.createSymbolicLink(container.rootfs.resolve("sneaky"), Path.of("proc/sys"));
        container.mount("tmpfs", "t", "/sneaky");
        assertFails("\"/sneaky\" cannot be mounted because it is inside /proc");
        container.spec().mounts.removeLast();
        container.mount("", volume + "/uptime", "/proc/uptime", "bind").build();
        assertEquals("1 1\n", Files.readString(container.path("/proc/uptime")));
    }

    @Test
    void aPartOfProcOnProcIsWarnedOf() {
        plain().mount("", "/proc/sys", "/proc", "bind").build();
        assertEquals(1, container.warnings.size());
        assertTrue(container.warnings.getFirst().contains("is not the root of a procfs"),
                container.warnings.getFirst());
    }

    @Test
    void sysfsWithoutOwnNetworkIsTheHostsInAUserNamespace() {
        container = TestContainer.in(dir, TestContainer.CLONE_NEWUSER | TestContainer.CLONE_NEWNS
                | TestContainer.CLONE_NEWPID).mount("tmpfs", "tmpfs", "/dev")
                .mount("sysfs", "sysfs", "/sys", "nosuid", "noexec", "nodev", "ro").build();
        assertTrue(container.mountAt("/sys").contains(" - sysfs "), container.mountAt("/sys"));
        assertTrue(container.optionsAt("/sys").startsWith("ro,nosuid,nodev,noexec"), container.optionsAt("/sys"));
        assertTrue(container.optionsAt("/sys/fs/cgroup").startsWith("ro,"), container.optionsAt("/sys/fs/cgroup"));
    }

    @Test
    void withoutOwnMountNamespaceTheUserIsWarned() throws IOException {
        // So that the host stays as it is, the runtime's mount namespace here is a helper's.
        container = TestContainer.in(dir, TestContainer.CLONE_NEWUTS).mount("tmpfs", "t", "/t");
        container.kernel().unshare(TestContainer.CLONE_NEWNS);
        container.build();
        assertTrue(container.warnings.getFirst().contains("no mount namespace of its own"));
        assertTrue(container.mountAt("/t").contains(" - tmpfs t "), container.mountInfo().toString());
    }

    @Test
    void anSshfsLikeTypeKeepsItsSubtype() {
        plain();
        int fuse = container.kernel().openat(Kernel.AT_FDCWD, "/dev/fuse", OpenFlags.O_RDWR, 0);
        container.mount("fuse.sshfs", "host:/dir", "/f", "fd=" + fuse, "rootmode=40000", "user_id=0", "group_id=0",
                "nosuid").build();
        assertTrue(container.mountAt("/f").contains(" - fuse.sshfs host:/dir "), container.mountAt("/f"));
    }
}
