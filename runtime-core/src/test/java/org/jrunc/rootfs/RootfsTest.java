package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.MountFlags;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole root file systems, by a real init. */
@NeedsRoot
class RootfsTest {

    @TempDir
    private Path dir;
    private List<String> hostBefore;
    private TestContainer container;

    @BeforeEach
    void remember() {
        hostBefore = hostMounts();
    }

    @AfterEach
    void end() {
        if (container != null) {
            container.close();
        }
        assertEquals(hostBefore, hostMounts());
    }

    private static List<String> hostMounts() {
        return TestContainer.mountInfo((int) ProcessHandle.current().pid());
    }

    static TestContainer usual(TestContainer container) {
        return container.mount("proc", "proc", "/proc")
                .mount("tmpfs", "tmpfs", "/dev", "nosuid", "strictatime", "mode=755", "size=65536k")
                .mount("devpts", "devpts", "/dev/pts", "nosuid", "noexec", "newinstance", "ptmxmode=0666",
                        "mode=0620", "gid=5")
                .mount("tmpfs", "shm", "/dev/shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k")
                .mount("mqueue", "mqueue", "/dev/mqueue", "nosuid", "noexec", "nodev")
                .mount("sysfs", "sysfs", "/sys", "nosuid", "noexec", "nodev", "ro");
    }

    private static void maskUsual(TestContainer container) {
        container.spec().masked.addAll(List.of("/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys",
                "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware",
                "/proc/scsi", "/proc/keys", "/sys/devices/virtual"));
        container.spec().readonly.addAll(List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                "/proc/sysrq-trigger"));
    }

    @Test
    void theSampleConfigurationGivesAnOwnRoot() throws IOException {
        container = usual(TestContainer.in(dir));
        maskUsual(container);
        container.spec().readonlyRoot = true;
        int before = container.descriptors();
        container.build();
        assertEquals(List.of(), container.warnings);
        assertEquals("/", container.kernel().getcwd());
        // The root descriptor stays for those who come after.
        assertEquals(before + 1, container.descriptors());
        List<String> mounts = container.mountInfo();
        assertTrue(container.mountAt("/").contains(dir + "/rootfs"), String.join("\n", mounts));
        assertTrue(container.optionsAt("/").startsWith("ro,"), container.optionsAt("/"));
        assertEquals("rw,relatime - rw", container.optionsAt("/proc"));
        assertTrue(container.optionsAt("/dev").startsWith("rw,nosuid - rw,size=65536k,mode=755"),
                container.optionsAt("/dev"));
        assertTrue(container.optionsAt("/dev/pts")
                .startsWith("rw,nosuid,noexec,relatime - rw,gid=5,mode=620,ptmxmode=666"),
                container.optionsAt("/dev/pts"));
        assertEquals("ro,nosuid,nodev,noexec,relatime - ro", container.optionsAt("/sys"));
        assertEquals("1", Files.readString(container.path("/proc/self/stat").getParent().resolveSibling("1/stat"))
                .split(" ")[0]);
        assertTrue(container.optionsAt("/proc/sys").startsWith("ro,"), container.optionsAt("/proc/sys"));
        assertTrue(container.mountAt("/proc/keys").contains(" /null /proc/keys "), container.mountAt("/proc/keys"));
        assertEquals(0, Files.readAllBytes(container.path("/proc/keys")).length);
        assertTrue(container.optionsAt("/sys/firmware").startsWith("ro,"), container.optionsAt("/sys/firmware"));
        assertEquals(1, mounts.stream().filter(l -> l.contains(" /proc/keys ")).count());
    }

    @Test
    void inAUserNamespaceDevicesAreBoundAndTheRestIsTheSame() throws IOException {
        container = usual(TestContainer.in(dir, TestContainer.ALL | TestContainer.CLONE_NEWUSER));
        maskUsual(container);
        container.spec().readonlyRoot = true;
        container.build();
        assertEquals(List.of(), container.warnings);
        assertTrue(container.mountAt("/dev/null").contains("devtmpfs"), container.mountAt("/dev/null"));
        assertEquals("character special file", run("stat", "-c", "%F", container.path("/dev/zero").toString()));
        assertTrue(container.optionsAt("/").startsWith("ro,"), container.optionsAt("/"));
    }

    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes()).strip();
    }

    @Test
    void devicesAndLinksAreThere() throws IOException {
        container = usual(TestContainer.in(dir)).build();
        assertEquals("character special file 1:3 666 0:0", stat("/dev/null"));
        assertEquals("character special file 1:5 666 0:0", stat("/dev/zero"));
        assertEquals("character special file 1:7 666 0:0", stat("/dev/full"));
        assertEquals("character special file 1:8 666 0:0", stat("/dev/random"));
        assertEquals("character special file 1:9 666 0:0", stat("/dev/urandom"));
        assertEquals("character special file 5:0 666 0:0", stat("/dev/tty"));
        assertEquals("pts/ptmx", Files.readSymbolicLink(container.path("/dev/ptmx")).toString());
        assertEquals("/proc/self/fd", Files.readSymbolicLink(container.path("/dev/fd")).toString());
        assertEquals("/proc/self/fd/2", Files.readSymbolicLink(container.path("/dev/stderr")).toString());
    }

    private String stat(String path) throws IOException {
        return run("stat", "-c", "%F %Hr:%Lr %a %u:%g", container.path(path).toString());
    }

    @Test
    void withoutPivotTheRootIsMovedAndNoFullProcRemains() throws IOException {
        container = usual(TestContainer.in(dir));
        container.build(true);
        assertEquals("/", container.kernel().getcwd());
        assertTrue(Files.exists(container.path("/bin/busybox")));
        assertFalse(Files.exists(container.path("/usr")));
    }

    @Test
    void whatIsMaskedCannotBeHadFromAFreshProc() {
        for (boolean noPivot : new boolean[] {false, true}) {
            container = usual(TestContainer.in(dir.resolve("no-pivot-" + noPivot)));
            maskUsual(container);
            container.build(noPivot);
            assertEquals(Errno.EPERM, mountAsAnybody("proc"), "proc, no pivot: " + noPivot);
            assertEquals(Errno.EPERM, mountAsAnybody("sysfs"), "sysfs, no pivot: " + noPivot);
            container.close();
            container = null;
        }
    }

    /** What an unprivileged user can do in a container: be root of a user namespace, and mount there. */
    private int mountAsAnybody(String type) {
        try (Agent user = container.init().fork(false, false)) {
            user.kernel().unshare(TestContainer.CLONE_NEWUSER);
            user.kernel().unshare(TestContainer.CLONE_NEWNS | TestContainer.CLONE_NEWPID
                    | TestContainer.CLONE_NEWNET);
            try (Agent inside = user.fork(false, false)) {
                int context = inside.kernel().fsopen(type);
                inside.kernel().fsconfigCreate(context);
                inside.kernel().fsmount(context, 0);
                return 0;
            } catch (KernelException e) {
                return e.errno();
            }
        }
    }

    @Test
    void withoutMountNamespaceItIsAChroot() {
        container = TestContainer.in(dir, TestContainer.CLONE_NEWUTS).build();
        assertEquals("/", container.kernel().getcwd());
        assertTrue(Files.exists(container.path("/bin/busybox")));
        assertEquals(dir.toString() + "/rootfs",
                container.libc.readlinkat(-100, "/proc/" + container.init().pid() + "/root"));
    }

    @Test
    void everyPropagationWorks() {
        for (String word : List.of("shared", "slave", "private", "unbindable", "rshared", "rslave", "rprivate",
                "runbindable")) {
            container = usual(TestContainer.in(dir.resolve(word)));
            container.mount("", "/etc", "/hostetc", "rbind");
            maskUsual(container);
            container.spec().readonly.add("/bin");
            container.spec().propagation = word;
            container.build();
            String fields = container.mountAt("/");
            assertEquals(word.endsWith("shared"), fields.contains(" shared:"), word + ": " + fields);
            assertEquals(word.endsWith("unbindable"), fields.contains(" unbindable "), word + ": " + fields);
            container.close();
            container = null;
        }
    }

    @Test
    void onASharedHostNothingPropagatesBack() throws IOException {
        // The container's init makes the "host" shared in a mount namespace of its own first.
        container = usual(TestContainer.in(dir, TestContainer.ALL & ~TestContainer.CLONE_NEWPID));
        container.kernel().mount("", "/", "", MountFlags.MS_SHARED | MountFlags.MS_REC, "");
        Agent observer = container.init().fork(true, false);
        try {
            int before = TestContainer.mountInfo(observer.pid()).size();
            container.kernel().unshare(TestContainer.CLONE_NEWNS);
            container.spec().propagation = "rshared";
            container.build();
            // The bind of the root directory itself is made after its parent mount was made private.
            assertEquals(before, TestContainer.mountInfo(observer.pid()).size());
        } finally {
            observer.killAndReap();
        }
    }

    @Test
    void sysctlsAreWrittenToTheContainersNamespaces() {
        container = usual(TestContainer.in(dir));
        maskUsual(container);
        container.spec().sysctl = Map.of("net.ipv4.ip_forward", "1", "kernel/msgmax", "12345", "kernel.domainname",
                "jrunc.test");
        container.build();
        assertEquals("12345", inside("/proc/sys/kernel/msgmax"));
        assertEquals("1", inside("/proc/sys/net/ipv4/ip_forward"));
        assertEquals("jrunc.test", inside("/proc/sys/kernel/domainname"));
    }

    /** Reads as init, whose namespaces decide what sysctl files show. */
    private String inside(String path) {
        int fd = container.kernel().openat(-100, path, 0, 0);
        String text = new String(container.kernel().read(fd, 4096)).strip();
        container.kernel().close(fd);
        return text;
    }

    @Test
    void aRootThatIsALinkOrAFileOrMissingIsRefused() throws IOException {
        container = TestContainer.in(dir);
        Files.move(container.rootfs, dir.resolve("real"));
        assertRefused(": ENOENT (/root/path)");
        Files.createSymbolicLink(container.rootfs, dir.resolve("real"));
        assertRefused("not an absolute path, or a symlink");
        Files.delete(container.rootfs);
        Files.createFile(container.rootfs);
        assertRefused(": ENOTDIR (/root/path)");
    }

    private void assertRefused(String text) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> container.rootfs(false).prepare());
        assertTrue(e.getMessage().startsWith("invalid rootfs: "), e.getMessage());
        assertTrue(e.getMessage().contains(text), e.getMessage());
        assertTrue(e.getMessage().contains("/root/path"), e.getMessage());
    }

    @Test
    void theHooksDirectoryIsTheNewRoot() {
        container = usual(TestContainer.in(dir));
        Rootfs rootfs = container.rootfs(false);
        rootfs.prepare();
        rootfs.mountAll();
        rootfs.devices();
        assertEquals(container.rootfs.toString(), container.kernel().getcwd());
    }
}
