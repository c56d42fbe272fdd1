package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ways out of a container that runtimes once left open, as far as create and run go: one test for each class.
 *
 * <p>Whether a trap is refused or led to nothing is the runtime's choice; what counts is that the host stays untouched.
 */
@ExtendWith(NothingLeftExtension.class)
class SecurityTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private static void replaceBySymlink(Bundle bundle, String path, String target) throws IOException {
        Shell.sh("rm -rf " + bundle.rootfs() + path + " && mkdir -p " + bundle.rootfs().resolve(path.substring(1))
                .getParent());
        Files.createSymbolicLink(bundle.rootfs().resolve(path.substring(1)), Path.of(target));
    }

    /** CVE-2019-5736: whoever reaches the waiting init's program through /proc must not reach a file of the host. */
    @Test
    void theProgramOfTheWaitingInitIsNoFileOfTheHost(Sandbox box) throws IOException {
        byte[] before = Files.readAllBytes(box.runtime().executable());
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            Proc init = container.init();
            String program = init.link("exe").orElseThrow();
            assertFalse(Files.isRegularFile(Path.of(program)), program);
            assertNotEquals(0, Shell.attempt("echo x >> /proc/" + init.pid() + "/exe").exit());
            assertTrue(init.file("maps").lines().filter(l -> l.contains(" /"))
                    .map(l -> l.substring(l.indexOf(" /") + 1))
                    .noneMatch(p -> Files.isRegularFile(Path.of(p))), () -> init.file("maps"));
        }
        assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(box.runtime().executable())));
    }

    /** CVE-2019-5736, from inside: args /proc/self/exe runs the runtime's own program, which must not be writable. */
    @Test
    void argsProcSelfExeIsNoWayToTheRuntime(Sandbox box) throws IOException {
        byte[] before = Files.readAllBytes(box.runtime().executable());
        Bundle bundle = box.bundle().allCapabilities().args("/proc/self/exe", "--version");
        try (Container container = box.container(bundle)) {
            Result result = container.create();
            if (result.exit() == 0) {
                container.start();
            }
        }
        assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(box.runtime().executable())));
    }

    /** CVE-2016-9962: a process of the same namespaces must not be able to look into the waiting init. */
    @Test
    void theWaitingInitIsUndumpable(Sandbox box) {
        Bundle holder = box.bundle().allCapabilities().idle();
        try (Container first = box.container(holder).started()) {
            Bundle joiner = box.bundle().namespace("pid", "/proc/" + first.init().pid() + "/ns/pid").idle();
            try (Container second = box.container(joiner)) {
                second.create().ok();
                // The owner of /proc/PID is root and not the process's own user exactly for the undumpable.
                String pid = second.init().status("NSpid").orElseThrow().split(" ")[1];
                String seen = Shell.attempt("setpriv --bounding-set=-sys_ptrace --inh-caps=-all nsenter -t "
                        + first.init().pid()
                        + " -p -m /bin/sh -c 'ls -l /proc/" + pid + "/fd/ && readlink /proc/" + pid + "/cwd'").output();
                assertFalse(seen.contains(" -> /"), seen);
            }
        }
    }

    /** CVE-2019-16884, CVE-2019-19921, CVE-2023-27561: /proc and /sys as symlinks to other places. */
    @ParameterizedTest
    @ValueSource(strings = {"/proc", "/sys"})
    void procAndSysAreNotMountedThroughASymlink(String path, Sandbox box) throws IOException {
        Bundle bundle = box.bundle().withoutMount("/sys/fs/cgroup");
        replaceBySymlink(bundle, path, "/tmp/elsewhere");
        Files.createDirectory(bundle.rootfs().resolve("tmp/elsewhere"));
        Container container = box.container(bundle);
        BadInputTest.assertRefused(container, container.create(), "must be mounted on ordinary directory");
    }

    /** CVE-2019-16884: a volume over /proc would let LSM labels be written into a file of the attacker's. */
    @Test
    void aVolumeCanNotBeMountedOverProc(Sandbox box) {
        Bundle bundle = box.bundle().bind(box.newDirectory(), "/proc");
        Container container = box.container(bundle);
        BadInputTest.assertRefused(container, container.create(), "/proc", "cannot be mounted because");
    }

    /** CVE-2021-30465: mount targets that are symlinks to the outside. */
    @ParameterizedTest
    @ValueSource(strings = {"%s", "../../../../../../../../../../..%s", "/proc/self/root/..%s", "/proc/1/root%s"})
    void aMountTargetThatIsASymlinkStaysInside(String target, Sandbox box) throws IOException {
        Path host = box.newDirectory();
        Bundle bundle = box.bundle().mount("/mnt/link/made", "tmpfs", "trap").sh("sleep 1000");
        replaceBySymlink(bundle, "/mnt/link", target.replace("%s", host.toString()));
        try (Container container = box.container(bundle)) {
            container.create();
            assertEquals(List.of(), files(host));
            assertFalse(Shell.sh("cat /proc/self/mountinfo").contains(" trap "));
        }
    }

    /** CVE-2021-30465, the race: the target is swapped between a directory and a symlink while containers start. */
    @Test
    void aTargetSwappedWhileMountingStaysInside(Sandbox box) throws Exception {
        Path host = box.newDirectory();
        Path volume = box.newDirectory();
        Files.createDirectory(volume.resolve("real"));
        Files.createSymbolicLink(volume.resolve("link"), Path.of("/").resolve("../../../../../../../.." + host));
        Bundle bundle = box.bundle().bind(volume, "/mnt", "rbind").mount("/mnt/target/made", "tmpfs", "trap")
                .args("true");
        Process swapper = new ProcessBuilder("sh", "-c", "cd " + volume
                + "; while :; do mv -T real target; mv -T target real;"
                + " mv -T link target; mv -T target link; done").redirectErrorStream(true)
                .redirectOutput(new java.io.File("/dev/null")).start();
        try {
            for (int i = 0; i < 15; i++) {
                box.run(bundle);
                assertEquals(List.of(), files(host));
            }
        } finally {
            swapper.destroyForcibly().waitFor();
        }
    }

    /** CVE-2024-21626: a working directory that is a leaked descriptor of the host. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aWorkingDirectoryThatIsADescriptorIsNoWayOut(int descriptor, Sandbox box) {
        Bundle bundle = box.bundle().set("/process/cwd", "/proc/self/fd/" + descriptor)
                .sh("ls -d ../../../../../../../work");
        Container container = box.container(bundle);
        Invocation run = container.invocation("run").prefixedWith("bash", "-c",
                "exec 9</ 10</sys/fs/cgroup; exec \"$@\"", "bash");
        Result result = run.run();
        assertNotEquals(0, result.exit(), result::toString);
        assertFalse(result.out().contains("work"), result::toString);
    }

    /** CVE-2024-21626: a symlink instead. */
    @Test
    void aWorkingDirectoryThatIsASymlinkToADescriptorIsNoWayOut(Sandbox box) throws IOException {
        for (int descriptor = 3; descriptor < 12; descriptor++) {
            Bundle bundle = box.bundle().set("/process/cwd", "/opt/cwd").sh("pwd; ls ..");
            replaceBySymlink(bundle, "/opt/cwd", "/proc/self/fd/" + descriptor);
            Result result = box.run(bundle);
            assertFalse(result.out().contains("bundle"), result::toString);
        }
    }

    /** CVE-2024-21626: a program that is a leaked descriptor. */
    @Test
    void aProgramThatIsADescriptorIsNotOneOfTheHost(Sandbox box) {
        for (int descriptor = 3; descriptor < 12; descriptor++) {
            Bundle bundle = box.bundle().args("/proc/self/fd/" + descriptor);
            Result result = box.container(bundle).invocation("run").prefixedWith("bash", "-c",
                    "exec 9</bin/true; exec \"$@\"", "bash").run();
            assertNotEquals(0, result.exit(), result::toString);
        }
    }

    /** CVE-2024-45310: directories and files made for a mount must not be made on the host. */
    @Test
    void nothingIsMadeOnTheHostForATarget(Sandbox box) throws IOException {
        Path host = box.newDirectory();
        Bundle bundle = box.bundle();
        Path file = bundle.file("source", "x");
        replaceBySymlink(bundle, "/mnt/link", host.toString());
        bundle.bind(file, "/mnt/link/new/file").mount("/mnt/link/directory", "tmpfs", "tmpfs")
                .set("/process/cwd", "/mnt/link/cwd").add("/linux/devices",
                        Map.of("path", "/mnt/link/device", "type", "c", "major", 1, "minor", 3)).args("true");
        box.run(bundle);
        assertEquals(List.of(), files(host));
    }

    /** CVE-2025-31133: masking through a /dev/null that is none. */
    @Test
    void maskingDoesNotTrustTheContainersNullDevice(Sandbox box) throws IOException {
        for (boolean symlink : List.of(true, false)) {
            Bundle bundle = box.bundle().withoutMount("/dev").withoutMount("/dev/pts").withoutMount("/dev/shm")
                    .withoutMount("/dev/mqueue").set("/linux/maskedPaths", List.of("/etc/secret"))
                    .sh("cat /etc/secret; echo changed > /etc/secret; cat /proc/sys/kernel/core_pattern");
            bundle.file("/etc/secret", "secret\n");
            String pattern = Shell.sh("cat /proc/sys/kernel/core_pattern");
            if (symlink) {
                replaceBySymlink(bundle, "/dev/null", "/proc/sys/kernel/core_pattern");
            } else {
                bundle.file("/dev/null", "no device\n");
            }
            Result result = box.run(bundle.allCapabilities());
            assertEquals(pattern, Shell.sh("cat /proc/sys/kernel/core_pattern"));
            assertFalse(result.out().contains("secret") || result.out().contains("changed"), result::toString);
            assertFalse(result.out().contains("no device"), result::toString);
        }
    }

    /** CVE-2025-52565: /dev/console and the pseudo-terminal as symlinks. */
    @ParameterizedTest
    @ValueSource(strings = {"/dev/console", "/dev/pts", "/dev/ptmx"})
    void theConsoleIsNotPutWhereASymlinkLeads(String path, Sandbox box) throws IOException {
        Path host = box.newDirectory();
        Files.writeString(host.resolve("file"), "untouched");
        Bundle bundle = box.bundle().set("/process/terminal", true).withoutMount("/dev").withoutMount("/dev/shm")
                .withoutMount("/dev/mqueue").sh("sleep 1000");
        replaceBySymlink(bundle, path, path.equals("/dev/pts") ? host.toString() : host + "/file");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = box.container(bundle)) {
            container.create("--console-socket", console.path());
            assertEquals("untouched", Files.readString(host.resolve("file")));
            assertEquals(List.of(host.resolve("file")), files(host));
            assertFalse(Shell.sh("cat /proc/self/mountinfo").contains(host.toString()));
        }
    }

    /** CVE-2026-41579: /dev itself as a symlink to a directory of the host. */
    @Test
    void theDevicesAreNotMadeWhereASymlinkLeads(Sandbox box) throws IOException {
        Path host = box.newDirectory();
        Files.writeString(host.resolve("ptmx"), "untouched");
        Bundle bundle = box.bundle().withoutMount("/dev").withoutMount("/dev/pts").withoutMount("/dev/shm")
                .withoutMount("/dev/mqueue").args("true");
        replaceBySymlink(bundle, "/dev", host.toString());
        box.run(bundle);
        assertEquals(List.of(host.resolve("ptmx")), files(host));
        assertEquals("untouched", Files.readString(host.resolve("ptmx")));
        assertTrue(Files.isRegularFile(host.resolve("ptmx"), LinkOption.NOFOLLOW_LINKS));
    }

    /** CVE-2025-52881: sysctls are not written into what lies over /proc/sys. */
    @Test
    void sysctlsDoNotGoIntoAFileOfTheContainer(Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/sysctl", Map.of("kernel.msgmax", "4097"));
        bundle.withoutMount("/proc").remove("/linux/maskedPaths").remove("/linux/readonlyPaths");
        bundle.file("/proc/sys/kernel/msgmax", "a file");
        bundle.args("cat", "/proc/sys/kernel/msgmax");
        box.run(bundle);
        assertEquals("a file", Shell.sh("cat " + bundle.rootfs() + "/proc/sys/kernel/msgmax"));
    }

    /**
     * What the host's mounts forbid and cover is locked for root of a user namespace (mount_namespaces(7)), also where
     * the runtime has to clone them for it: here as it has no access to the directory above, or to map their owners.
     */
    @ParameterizedTest
    @ValueSource(strings = {"rbind", "rbind,idmap", "rbind,ridmap"})
    void aUserNamespaceUndoesNothingOfTheHostsMounts(String options, Sandbox box) {
        Path closed = box.newDirectory();
        Path data = closed.resolve("data");
        Bundle bundle = box.bundle().userNamespace(700_000, 65_536).allCapabilities()
                .bind(data, "/mnt", options.split(","))
                .sh("for o in rw,nosuid,nodev ro,suid,nodev ro,nosuid,dev; do"
                        + " mount -o remount,bind,$o /mnt 2>/dev/null && echo $o; done;"
                        + " umount /mnt/below 2>/dev/null && echo uncovered; cat /mnt/below/file;"
                        + " mount -t tmpfs inner /mnt/point && grep -c inner /proc/self/mountinfo");
        Shell.sh("mkdir " + data + " && mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs " + data);
        try {
            Shell.sh("cd " + data + " && mount --make-shared . && mkdir below point && echo hidden > below/file"
                    + " && mount -t tmpfs -o mode=755 tmpfs below && echo shown > below/file"
                    + " && mount -o remount,bind,ro,nosuid,nodev . && chmod 700 " + closed);
            assertEquals("shown\n1\n", box.run(bundle).ok().out());
            assertEquals("shown", Shell.sh("cat " + data + "/below/file"));
            assertEquals("2", Shell.sh("grep -c " + data + " /proc/self/mountinfo"));
        } finally {
            Shell.sh("umount -R " + data);
        }
    }
}
