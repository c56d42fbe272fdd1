package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sources, targets and types of mounts; their options are the subject of {@link MountOptionsTest}. */
@ExtendWith(NothingLeftExtension.class)
class MountsTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void aBindMountIsTheSameDirectory(Sandbox box) throws IOException {
        Path source = box.newDirectory();
        Files.writeString(source.resolve("in"), "from the host\n");
        Bundle bundle = box.bundle().bind(source, "/mnt", "rw").sh("cat /mnt/in; echo back > /mnt/out");
        assertEquals("from the host\n", box.run(bundle).ok().out());
        assertEquals("back\n", Files.readString(source.resolve("out")));
    }

    @Test
    void aReadOnlyBindMountLeavesTheSourceWritable(Sandbox box) throws IOException {
        Path source = box.newDirectory();
        Bundle bundle = box.bundle().allCapabilities().bind(source, "/mnt", "ro").sh("touch /mnt/x; sleep 1000");
        try (Container container = box.container(bundle).started()) {
            Poll.until("touch has failed", () -> container.err().contains("/mnt/x: Read-only file system"));
            Files.writeString(source.resolve("host"), "");
        }
    }

    @Test
    void bindTakesOneMountAndRbindTheWholeTree(Sandbox box) {
        Path source = box.newDirectory();
        Shell.sh("mkdir " + source + "/sub && mount -t tmpfs none " + source + "/sub && touch " + source + "/sub/x");
        try {
            assertEquals("", box.run(box.bundle().bind(source, "/mnt").args("ls", "/mnt/sub")).ok().out());
            assertEquals("x\n", box.run(box.bundle().bind(source, "/mnt", "rbind").args("ls", "/mnt/sub")).ok().out());
        } finally {
            Shell.sh("umount " + source + "/sub");
        }
    }

    @Test
    void aFileIsMountedOnAFileThatIsMadeForIt(Sandbox box) {
        Bundle bundle = box.bundle();
        Path source = bundle.file("source", "content");
        bundle.bind(source, "/opt/new/dir/file", "ro").sh("cat /opt/new/dir/file; stat -c %F /opt/new/dir/file");
        assertEquals("contentregular file\n", box.run(bundle).ok().out());
        assertEquals("755 regular empty file",
                Shell.sh("stat -c %a " + bundle.rootfs() + "/opt/new/dir; stat -c %F " + bundle.rootfs()
                        + "/opt/new/dir/file").replace("\n", " "));
    }

    @Test
    void aDirectoryTargetIsMadeWithItsParents(Sandbox box) {
        Bundle bundle = box.bundle().mount("/opt/a/b/c", "tmpfs", "tmpfs")
                .sh("mountpoint -q /opt/a/b/c || grep -c /opt/a/b/c /proc/mounts");
        assertEquals("1\n", box.run(bundle).ok().out());
        assertEquals("755", Shell.sh("stat -c %a " + bundle.rootfs() + "/opt/a/b"));
    }

    @Test
    void aRelativeSourceIsRelativeToTheBundle(Sandbox box) {
        Bundle bundle = box.bundle().bind(Path.of("data"), "/mnt").args("cat", "/mnt/file");
        bundle.file("data/file", "relative");
        Container container = box.container(bundle);
        assertEquals("relative", container.invocation("run").cwd(Path.of("/")).run().ok().out());
    }

    @Test
    void aRelativeTargetIsRelativeToTheRoot(Sandbox box) {
        Bundle bundle = box.bundle().mount("opt/here", "tmpfs", "tmpfs").sh("grep -c ' /opt/here ' /proc/mounts");
        assertEquals("1\n", box.run(bundle).ok().out());
    }

    @Test
    void aSourceThatIsASymlinkIsFollowedOnTheHost(Sandbox box) throws IOException {
        Path source = box.newDirectory();
        Files.writeString(source.resolve("file"), "behind the link");
        Path link = Files.createSymbolicLink(box.dir().resolve("link"), source);
        assertEquals("behind the link", box.run(box.bundle().bind(link, "/mnt").args("cat", "/mnt/file")).ok().out());
    }

    @Test
    void theTypeOfABindMountIsIgnored(Sandbox box) {
        Path source = box.newDirectory();
        for (String type : List.of("none", "bind", "ext4", "")) {
            Bundle bundle = box.bundle().mount("/mnt", type, source.toString(), "bind")
                    .sh("grep -c ' /mnt ' /proc/mounts");
            assertEquals("1\n", box.run(bundle).ok().out(), type);
        }
    }

    @Test
    void mountsAreMadeInTheirOrder(Sandbox box) {
        Bundle bundle = box.bundle().mount("/mnt", "tmpfs", "first").mount("/mnt/inner", "tmpfs", "second")
                .mount("/opt", "tmpfs", "third").mount("/opt", "tmpfs", "fourth")
                .sh("grep -E ' (/mnt|/mnt/inner|/opt) ' /proc/mounts | cut -d' ' -f1");
        assertEquals("first\nsecond\nthird\nfourth\n", box.run(bundle).ok().out());
        assertFalse(Files.exists(bundle.rootfs().resolve("mnt/inner")), "the target was made in the first mount");
    }

    @Test
    void aLaterSourceMayLieInAnEarlierTarget(Sandbox box) throws IOException {
        Path source = box.newDirectory();
        Files.writeString(source.resolve("file"), "chained");
        Bundle bundle = box.bundle();
        bundle.bind(source, "/mnt").bind(source.resolve("file"), "/mnt/again").args("cat", "/mnt/again");
        assertEquals("chained", box.run(bundle).ok().out());
    }

    @Test
    void aSymlinkedTargetStaysInsideTheRoot(Sandbox box) throws IOException {
        Path host = box.newDirectory();
        Bundle bundle = box.bundle();
        Files.createSymbolicLink(bundle.rootfs().resolve("mnt/absolute"), host);
        Files.createSymbolicLink(bundle.rootfs().resolve("mnt/relative"),
                Path.of("../../../../../../../../opt/target"));
        bundle.mount("/mnt/absolute", "tmpfs", "one").mount("/mnt/relative", "tmpfs", "two")
                .sh("grep -E '^(one|two) ' /proc/mounts | cut -d' ' -f2");
        assertEquals(host + "\n/opt/target\n", box.run(bundle).ok().out());
        try (var entries = Files.list(host)) {
            assertEquals(List.of(), entries.toList());
        }
        assertTrue(Files.isDirectory(bundle.rootfs().resolve("opt/target"), java.nio.file.LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void dotsInATargetDoNotLeaveTheRoot(Sandbox box) {
        Bundle bundle = box.bundle().mount("/../../../opt/../mnt/dots", "tmpfs", "dots")
                .sh("grep '^dots ' /proc/mounts | cut -d' ' -f2");
        assertEquals("/mnt/dots\n", box.run(bundle).ok().out());
    }

    @Test
    void theDefaultFileSystemsAreThere(Sandbox box) {
        List<String> mounts = box.sh("cut -d' ' -f2,3 /proc/mounts").lines().toList();
        assertTrue(mounts.containsAll(List.of("/proc proc", "/dev tmpfs", "/dev/pts devpts", "/dev/shm tmpfs",
                "/dev/mqueue mqueue", "/sys sysfs")), mounts::toString);
        assertEquals("1777\n", box.sh("stat -c %a /dev/shm"));
        assertEquals("65536\n", box.sh("df -k /dev/shm | tail -1 | awk '{print $2}'"));
    }

    @Test
    void aPseudoTerminalFileSystemIsOfTheContainerAlone(Sandbox box) {
        assertEquals("ptmx\n666\n", box.sh("ls /dev/pts; stat -L -c %a /dev/ptmx"));
    }

    @Test
    void cgroupsAreMountedControllerByController(Sandbox box) {
        Needs.cgroupV1();
        Container container = box.container(box.bundle()
                .sh("ls /sys/fs/cgroup; cat /sys/fs/cgroup/pids/cgroup.procs | head -1; "
                + "mkdir /sys/fs/cgroup/pids/x 2>&1 | grep -o 'Read-only file system'"));
        List<String> lines = container.run().ok().outLines();
        assertTrue(lines.containsAll(List.of("cpu", "devices", "freezer", "memory", "pids", "systemd")),
                lines::toString);
        assertEquals(List.of("1", "Read-only file system"), lines.subList(lines.size() - 2, lines.size()));
    }

    @Test
    void cgroupsOfVersion2AreOneMount(Sandbox box) {
        Needs.cgroupV2();
        Bundle bundle = box.bundle().namespace("cgroup").sh("cat /sys/fs/cgroup/cgroup.procs | head -1; "
                + "mkdir /sys/fs/cgroup/x 2>&1 | grep -o 'Read-only file system'; "
                + "grep ' /sys/fs/cgroup ' /proc/mounts | cut -d' ' -f1,3");
        assertEquals("1\nRead-only file system\ncgroup cgroup2\n", box.run(bundle).ok().out());
    }

    @Test
    void anOverlayIsMountedWithItsData(Sandbox box) throws IOException {
        Path directory = box.newDirectory();
        for (String name : List.of("lower", "upper", "work")) {
            Files.createDirectory(directory.resolve(name));
        }
        Files.writeString(directory.resolve("lower/file"), "lower");
        Bundle bundle = box.bundle().mount("/mnt", "overlay", "overlay", "lowerdir=" + directory + "/lower",
                "upperdir=" + directory + "/upper", "workdir=" + directory + "/work")
                .sh("cat /mnt/file; touch /mnt/new");
        assertEquals("lower", box.run(bundle).ok().out());
        assertTrue(Files.exists(directory.resolve("upper/new")));
    }

    @Test
    void anIdMappedMountShowsOtherOwners(Sandbox box) throws IOException {
        Path source = box.newDirectory();
        Files.writeString(source.resolve("file"), "");
        Map<String, Integer> map = Map.of("containerID", 0, "hostID", 1000, "size", 1);
        Bundle bundle = box.bundle().add("/mounts", Map.of("destination", "/mnt", "source", source.toString(),
                "options", List.of("bind", "idmap"), "uidMappings", List.of(map), "gidMappings", List.of(map)))
                .sh("stat -c '%u %g' /mnt/file");
        assertEquals("1000 1000\n", box.run(bundle).ok().out());
        assertEquals("0 0", Shell.sh("stat -c '%u %g' " + source + "/file"));
    }

    @Test
    void manyMountsAreNoProblem(Sandbox box) {
        Path source = box.newDirectory();
        Bundle bundle = box.bundle().sh("grep -c ' /mnt/m' /proc/mounts");
        for (int i = 0; i < 200; i++) {
            bundle.bind(source, "/mnt/m" + i, "ro");
        }
        assertEquals("200\n", box.run(bundle).ok().out());
    }
}
