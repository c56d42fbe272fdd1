package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.MountFlags;
import org.jrunc.spec.IdMapping;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BindMountTest extends RealMounts {

    private Path volume;

    @BeforeEach
    void volume() throws IOException {
        volume = Files.createDirectory(dir.toRealPath().resolve("volume"));
        Files.writeString(volume.resolve("file"), "content");
        Files.createDirectory(volume.resolve("sub"));
    }

    private String source() {
        return volume.toString();
    }

    /** Mounts a tmpfs on a directory of the "host", which is the init's before it has a root of its own. */
    private void hostTmpfs(String path, long flags) {
        container.kernel().mount("tmpfs", path, "tmpfs", flags, "");
    }

    @Test
    void aDirectoryIsMountedOnADirectoryMadeForIt() throws IOException {
        plain().mount("bind", source(), "/a/b", "bind").build();
        assertEquals("content", Files.readString(container.path("/a/b/file")));
    }

    @Test
    void aFileIsMountedOnAFileMadeForIt() throws IOException {
        plain().mount("", source() + "/file", "/etc/new/hosts", "rbind", "ro").build();
        assertEquals("content", Files.readString(container.path("/etc/new/hosts")));
        assertTrue(Files.isRegularFile(container.rootfs.resolve("etc/new/hosts")));
        assertTrue(container.optionsAt("/etc/new/hosts").startsWith("ro,"));
    }

    @Test
    void aRelativeSourceIsOfTheBundle() throws IOException {
        plain().mount("", "volume", "/v", "bind").build();
        assertEquals("content", Files.readString(container.path("/v/file")));
    }

    @Test
    void aRelativeDestinationIsOfTheRoot() throws IOException {
        plain().mount("", source(), "v", "bind").build();
        assertEquals("content", Files.readString(container.path("/v/file")));
    }

    @Test
    void theTypeAloneSaysBindToo() throws IOException {
        plain().mount("bind", source(), "/v").build();
        assertEquals("content", Files.readString(container.path("/v/file")));
    }

    @Test
    void aMissingSourceIsNamed() {
        plain().mount("", dir + "/none", "/v", "bind");
        assertFails("error mounting \"" + dir + "/none\" to rootfs at \"/v\": ", "no such file or directory",
                "/mounts/1/source is missing on the host", "ENOENT");
        assertFalse(Files.exists(container.rootfs.resolve("v")));
    }

    @Test
    void aDirectoryOnAFileSaysWhichIsWhich() throws IOException {
        plain().mount("", source(), "/f", "bind");
        Files.createFile(container.rootfs.resolve("f"));
        assertFails("source is a directory, target is a file", "(/mounts/1");
    }

    @Test
    void aFileOnADirectorySaysWhichIsWhich() throws IOException {
        plain().mount("", source() + "/file", "/d", "bind");
        Files.createDirectory(container.rootfs.resolve("d"));
        assertFails("source is a file, target is a directory");
    }

    @Test
    void theRootItselfIsNoTarget() throws IOException {
        plain().mount("", source(), "/here", "bind");
        Files.createSymbolicLink(container.rootfs.resolve("here"), Path.of("/"));
        assertFails("mountpoint \"/here\" is on the top of rootfs");
    }

    @Test
    void targetsThatPointOutsideStayInside() throws IOException {
        Path outside = Files.createDirectory(dir.resolve("outside"));
        plain().mount("", source(), "/up", "bind").mount("", source(), "/abs", "bind")
                .mount("", source() + "/file", "/dangling", "bind");
        Files.createSymbolicLink(container.rootfs.resolve("up"), Path.of("../../../../../../also-outside"));
        Files.createSymbolicLink(container.rootfs.resolve("abs"), outside);
        Files.createSymbolicLink(container.rootfs.resolve("dangling"), Path.of("/etc/not-there"));
        container.build();
        assertEquals("content", Files.readString(container.path("/also-outside/file")));
        assertEquals("content", Files.readString(container.path(outside + "/file")));
        assertEquals("content", Files.readString(container.path("/etc/not-there")));
        try (var files = Files.list(outside)) {
            assertEquals(0, files.count());
        }
        assertFalse(Files.exists(Path.of("/etc/not-there")));
    }

    @Test
    void anEarlierMountIsPartOfALaterTarget() throws IOException {
        plain().mount("tmpfs", "tmpfs", "/m").mount("", source(), "/m/deep/v", "bind").build();
        assertEquals("content", Files.readString(container.path("/m/deep/v/file")));
        assertFalse(Files.exists(container.rootfs.resolve("m/deep")));
    }

    @Test
    void bindWithoutOptionsKeepsWhatTheSourceHas() {
        plain().mount("", source() + "/sub", "/v", "bind");
        hostTmpfs(source() + "/sub", MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOATIME);
        container.build();
        assertTrue(container.optionsAt("/v").startsWith("rw,nosuid,nodev,noatime - "), container.optionsAt("/v"));
    }

    @Test
    void bindWithOptionsGetsExactlyTheseAsInRunc() {
        plain().mount("", source() + "/sub", "/v", "bind", "ro");
        hostTmpfs(source() + "/sub", MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOATIME);
        container.build();
        assertTrue(container.optionsAt("/v").startsWith("ro,noatime - "), container.optionsAt("/v"));
    }

    @Test
    void everyOptionOfAMountPointArrives() {
        plain();
        String[][] cases = {{"ro"}, {"nosuid"}, {"nodev"}, {"noexec"}, {"noatime"}, {"nodiratime"}, {"nosymfollow"},
            {"ro", "nosuid", "nodev", "noexec"}};
        for (int i = 0; i < cases.length; i++) {
            String[] words = new String[cases[i].length + 1];
            words[0] = "bind";
            System.arraycopy(cases[i], 0, words, 1, cases[i].length);
            container.mount("", source(), "/v" + i, words);
        }
        container.mount("", source(), "/strict", "bind", "strictatime").build();
        for (int i = 0; i < cases.length; i++) {
            List<String> found = List.of(container.optionsAt("/v" + i).split(" - ")[0].split(","));
            assertTrue(found.containsAll(List.of(cases[i])), found.toString());
        }
        assertFalse(container.optionsAt("/strict").contains("relatime"), container.optionsAt("/strict"));
    }

    @Test
    void oppositesClearWhatTheSourceHas() {
        plain().mount("", source() + "/sub", "/v", "bind", "rw", "suid", "dev", "exec", "atime", "diratime",
                "symfollow");
        hostTmpfs(source() + "/sub", MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC
                | MountFlags.MS_RDONLY | MountFlags.MS_NOATIME | MountFlags.MS_NODIRATIME
                | MountFlags.MS_NOSYMFOLLOW);
        container.build();
        assertTrue(container.optionsAt("/v").startsWith("rw,relatime - "), container.optionsAt("/v"));
    }

    @Test
    void recursiveOptionsReachTheWholeTree() {
        plain().mount("", source(), "/v", "rbind", "rro", "rnosuid", "rnodev", "rnoexec", "rnoatime",
                "rnodiratime", "rnosymfollow").mount("", source(), "/w", "rbind", "ro")
                .mount("", source(), "/x", "rbind", "rstrictatime");
        hostTmpfs(source() + "/sub", 0);
        container.build();
        String all = "ro,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow - ";
        assertTrue(container.optionsAt("/v").startsWith(all), container.optionsAt("/v"));
        assertTrue(container.optionsAt("/v/sub").startsWith(all), container.optionsAt("/v/sub"));
        assertTrue(container.optionsAt("/w").startsWith("ro,"), container.optionsAt("/w"));
        assertTrue(container.optionsAt("/w/sub").startsWith("rw,"), container.optionsAt("/w/sub"));
        assertTrue(container.optionsAt("/x/sub").startsWith("rw - "), container.optionsAt("/x/sub"));
    }

    @Test
    void recursiveOppositesReachTheWholeTree() {
        plain().mount("", source(), "/v", "rbind", "rrw", "rsuid", "rdev", "rexec", "ratime", "rdiratime",
                "rsymfollow");
        hostTmpfs(source() + "/sub", MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC
                | MountFlags.MS_RDONLY | MountFlags.MS_NOATIME | MountFlags.MS_NODIRATIME
                | MountFlags.MS_NOSYMFOLLOW);
        container.build();
        assertTrue(container.optionsAt("/v/sub").startsWith("rw,relatime - "), container.optionsAt("/v/sub"));
    }

    @Test
    void bindIsOneMountAndRbindATree() {
        plain().mount("", source(), "/one", "bind").mount("", source(), "/all", "rbind");
        hostTmpfs(source() + "/sub", 0);
        container.build();
        assertEquals("", container.mountAt("/one/sub"));
        assertNotEquals("", container.mountAt("/all/sub"));
    }

    @Test
    void propagationWordsAreAppliedInOrder() {
        plain().mount("", source(), "/shared", "rbind", "rshared").mount("", source(), "/slave", "rbind", "shared",
                "slave").mount("", source(), "/private", "rbind", "rshared", "private")
                .mount("", source(), "/un", "bind", "unbindable");
        hostTmpfs(source() + "/sub", 0);
        container.build();
        assertTrue(container.mountAt("/shared").contains(" shared:"));
        assertTrue(container.mountAt("/shared/sub").contains(" shared:"));
        assertFalse(container.mountAt("/private").contains(" shared:"));
        assertTrue(container.mountAt("/private/sub").contains(" shared:"));
        assertTrue(container.mountAt("/un").contains(" unbindable "));
        assertFalse(container.mountAt("/slave").contains(" shared:"));
    }

    @Test
    void dataOptionsOfABindMountAreRefused() {
        plain().mount("", source(), "/v", "bind", "size=64k");
        assertFails("bind mounts cannot have any filesystem-specific options applied", "/mounts/1/options", "size=64k");
    }

    @Test
    void nulBytesAreRefused() {
        plain().mount("", source() + "\0", "/v", "bind");
        assertFails("mount field contains null byte", "/mounts/1/source");
    }

    @Test
    void remountChangesWhatIsThere() {
        plain().mount("tmpfs", "t", "/t", "nosuid").mount("", source(), "/v", "bind", "nosuid")
                .mount("", "", "/v", "bind", "remount", "ro")
                .mount("tmpfs", "", "/t", "remount", "ro", "nodev", "size=128k").build();
        assertTrue(container.optionsAt("/v").startsWith("ro,nosuid,"), container.optionsAt("/v"));
        assertTrue(container.optionsAt("/t").startsWith("ro,nosuid,nodev,relatime - "), container.optionsAt("/t"));
        assertTrue(container.optionsAt("/t").contains("size=128k"), container.optionsAt("/t"));
    }

    @Test
    void inAUserNamespaceWhatIsLockedIsKept() {
        lockedSource();
        container.mount("", source() + "/sub", "/v", "bind", "ro").mount("", source() + "/sub", "/w", "bind", "noexec",
                "dev").build();
        assertTrue(container.optionsAt("/v").startsWith("ro,nosuid,noatime"), container.optionsAt("/v"));
        assertTrue(container.optionsAt("/w").startsWith("rw,nosuid,noexec,noatime"), container.optionsAt("/w"));
    }

    @Test
    void inAUserNamespaceClearingWhatIsLockedIsExplained() {
        lockedSource();
        container.mount("", source() + "/sub", "/v", "bind", "ro", "suid");
        assertFails("operation not permitted", "cannot clear locked flags MS_NOSUID");
        container.spec().mounts.removeLast();
        container.mount("", source() + "/sub", "/v", "bind", "atime");
        assertFails("cannot change locked atime flags");
    }

    /** A nosuid, noatime tmpfs that was there before the user namespace. */
    private void lockedSource() {
        container = TestContainer.hostWith(dir, host -> host.mount("tmpfs", source() + "/sub", "tmpfs",
                MountFlags.MS_NOSUID | MountFlags.MS_NOATIME, "mode=755"),
                TestContainer.ALL | TestContainer.CLONE_NEWUSER).mount("tmpfs", "tmpfs", "/dev");
    }

    @Test
    void aSourceThatOnlyRealRootMayReachIsOpenedByTheRuntime() throws IOException {
        Path secret = Files.createDirectory(dir.resolve("secret"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createDirectory(secret.resolve("volume"));
        Files.writeString(secret.resolve("volume/file"), "reached");
        user().mount("", secret + "/volume", "/v", "bind");
        int[] asked = new int[1];
        container.sources(new HostSources(container) {
            @Override
            public int cloneTree(String path, boolean recursive) {
                asked[0]++;
                assertEquals(secret + "/volume", path);
                return super.cloneTree(path, recursive);
            }
        });
        container.build();
        assertEquals(1, asked[0]);
        assertEquals("reached", Files.readString(container.path("/v/file")));
    }

    @Test
    void ownersAreMapped() throws IOException {
        Files.setAttribute(volume.resolve("file"), "unix:uid", 1000);
        Files.setAttribute(volume.resolve("file"), "unix:gid", 1001);
        plain().mapped(source(), "/v", List.of(new IdMapping(0, 5000, 2000)), "bind", "nosuid");
        container.sources(new HostSources(container)).build();
        assertEquals(6000, Files.getAttribute(container.path("/v/file"), "unix:uid"));
        assertEquals(6001, Files.getAttribute(container.path("/v/file"), "unix:gid"));
        assertTrue(container.optionsAt("/v").contains("nosuid"), container.optionsAt("/v"));
    }

    @Test
    void mappingRulesAreChecked() {
        plain().mount("", source(), "/v", "bind", "idmap");
        assertFails("user namespace", "/mounts/1/options");
        container.spec().mounts.removeLast();
        container.mount("tmpfs", "t", "/v", "idmap");
        assertFails("id-mapped mounts are only supported for bind-mounts");
    }

    @Test
    void manyMountsNeedFewDescriptors() {
        plain();
        for (int i = 0; i < 600; i++) {
            container.mount("", source() + "/file", "/many/" + i, "bind", "ro");
        }
        container.kernel().prlimit(0, 7, 256, 256);
        container.build();
        assertTrue(container.optionsAt("/many/599").startsWith("ro,"));
    }

    @Test
    void aVolumeSwappedForALinkWhileItIsMountedNeverEndsUpOnTheHost() throws Exception {
        plain();
        Path swap = Files.createDirectory(container.rootfs.resolve("swap"));
        Path link = Files.createSymbolicLink(container.rootfs.resolve("link"), Path.of("/etc"));
        for (int i = 0; i < 200; i++) {
            container.mount("tmpfs", "attack" + i, "/swap/" + "jrunc-attack", "ro");
        }
        boolean[] stop = new boolean[1];
        org.jrunc.kernel.LibcKernel attackers = new org.jrunc.kernel.LibcKernel();
        Thread attacker = new Thread(() -> {
            while (!stop[0]) {
                attackers.renameat2(Kernel.AT_FDCWD, swap.toString(), Kernel.AT_FDCWD, link.toString(), 2);
            }
        });
        attacker.start();
        try {
            Rootfs rootfs = container.rootfs(false);
            rootfs.prepare();
            rootfs.mountAll();
        } catch (org.jrunc.report.RuntimeFailure noticed) {
            assertTrue(noticed.getMessage().startsWith("error mounting "), noticed.getMessage());
        }
        stop[0] = true;
        attacker.join();
        for (String line : container.mountInfo()) {
            if (line.contains("attack")) {
                assertTrue(line.split(" ")[4].startsWith(container.rootfs.toString()), line);
            }
        }
        assertFalse(Files.exists(Path.of("/etc/jrunc-attack")));
    }
}
