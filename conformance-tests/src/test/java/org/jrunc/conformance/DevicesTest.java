package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is in {@code /dev}: the default devices, the links, and {@code linux.devices}. */
@ExtendWith(NothingLeftExtension.class)
class DevicesTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void theDefaultDevicesAreThereForEveryone(Sandbox box) {
        assertEquals("""
                /dev/null character special file 1:3 666 0 0
                /dev/zero character special file 1:5 666 0 0
                /dev/full character special file 1:7 666 0 0
                /dev/random character special file 1:8 666 0 0
                /dev/urandom character special file 1:9 666 0 0
                /dev/tty character special file 5:0 666 0 0
                """, box.sh("cd /dev; stat -c '%n %F %t:%T %a %u %g' /dev/null /dev/zero /dev/full"
                + " /dev/random /dev/urandom /dev/tty"));
    }

    @Test
    void theDefaultDevicesWork(Sandbox box) {
        assertEquals("8\n4\n0\n",
                box.sh("echo x > /dev/null; head -c 8 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c; "
                + "wc -c < /dev/null; if (echo x > /dev/full) 2>/dev/null; then echo full; fi"));
    }

    @Test
    void theLinksAreThere(Sandbox box) {
        assertEquals("/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\npts/ptmx\n",
                box.sh("for n in fd stdin stdout stderr ptmx; do readlink /dev/$n; done"));
        assertEquals(Files.exists(Path.of("/proc/kcore")) ? "/proc/kcore\n" : "", box.sh("readlink /dev/core || true"));
    }

    @Test
    void nothingElseIsThere(Sandbox box) {
        List<String> expected = List.of("fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr",
                "stdin", "stdout", "tty", "urandom", "zero");
        assertEquals(expected, box.sh("ls /dev").lines().filter(n -> !n.equals("core")).toList());
    }

    @Test
    void aDeviceHasTheConfiguredModeAndOwner(Sandbox box) {
        Bundle bundle = box.bundle()
                .add("/linux/devices", Map.of("path", "/dev/mine", "type", "c", "major", 1, "minor", 5, "fileMode",
                0640,
                        "uid", 5, "gid", 6))
                .add("/linux/devices", Map.of("path", "/dev/unbuffered", "type", "u", "major", 1, "minor", 7))
                .add("/linux/devices", Map.of("path", "/dev/pipe", "type", "p", "fileMode", 0600))
                .add("/linux/devices", Map.of("path", "/dev/disk", "type", "b", "major", 7, "minor", 0, "fileMode",
                0660))
                .add("/linux/devices", Map.of("path", "/opt/deep/null", "type", "c", "major", 1, "minor", 3))
                .sh("stat -c '%n %F %t:%T %a %u %g' /dev/mine /dev/unbuffered /dev/pipe /dev/disk"
                        + " /opt/deep/null; stat -c %a /opt/deep");
        assertEquals("""
                /dev/mine character special file 1:5 640 5 6
                /dev/unbuffered character special file 1:7 666 0 0
                /dev/pipe fifo 0:0 600 0 0
                /dev/disk block special file 7:0 660 0 0
                /opt/deep/null character special file 1:3 666 0 0
                755
                """, box.run(bundle).ok().out());
    }

    @Test
    void theModeOfADeviceDoesNotDependOnTheCallersUmask(Sandbox box) {
        Container container = box.container(box.bundle()
                .add("/linux/devices", Map.of("path", "/dev/mine", "type", "c", "major", 1, "minor", 5, "fileMode",
                0666))
                .sh("stat -c %a /dev/mine /dev/null /mnt/made"));
        container.bundle().mount("/mnt/made", "tmpfs", "tmpfs");
        Invocation run = container.invocation("run").prefixedWith("sh", "-c", "umask 077; exec \"$@\"", "sh");
        assertEquals(List.of("666", "666"), run.run().ok().outLines().subList(0, 2));
    }

    @Test
    void aDeviceMayReplaceADefaultOne(Sandbox box) {
        Bundle bundle = box.bundle().add("/linux/devices",
                Map.of("path", "/dev/tty", "type", "c", "major", 5, "minor", 0, "fileMode", 0600, "uid", 7, "gid", 8))
                .sh("stat -c '%t:%T %a %u %g' /dev/tty");
        assertEquals("5:0 600 7 8\n", box.run(bundle).ok().out());
    }

    @Test
    void anotherFileInItsPlaceIsAnError(Sandbox box) {
        Bundle bundle = box.bundle().add("/linux/devices",
                Map.of("path", "/opt/device", "type", "c", "major", 1, "minor", 3));
        bundle.file("/opt/device", "a plain file");
        Container container = box.container(bundle);
        BadInputTest.assertRefused(container, container.create(), "/opt/device");
        assertEquals("a plain file", Shell.sh("cat " + bundle.rootfs() + "/opt/device"));
    }

    @Test
    void whenDevIsTheHostsNothingIsPutIntoIt(Sandbox box) {
        Path dev = box.newDirectory();
        Shell.sh("mknod -m 666 " + dev + "/null c 1 3");
        Bundle bundle = box.bundle().withoutMount("/dev").withoutMount("/dev/pts").withoutMount("/dev/shm")
                .withoutMount("/dev/mqueue").bind(dev, "/dev").args("ls", "-A", "/dev");
        assertEquals("null\n", box.run(bundle).ok().out());
    }

    @Test
    void withoutAMountOnDevTheNodesAreMadeInTheRootFileSystem(Sandbox box) {
        Bundle bundle = box.bundle().withoutMount("/dev").withoutMount("/dev/pts").withoutMount("/dev/shm")
                .withoutMount("/dev/mqueue").args("stat", "-c", "%t:%T", "/dev/null");
        assertEquals("1:3\n", box.run(bundle).ok().out());
        assertTrue(Shell.sh("stat -c %F " + bundle.rootfs() + "/dev/null").startsWith("character"));
        assertEquals("1:3\n", box.run(bundle).ok().out(), "a second time, with the nodes in place");
    }
}
