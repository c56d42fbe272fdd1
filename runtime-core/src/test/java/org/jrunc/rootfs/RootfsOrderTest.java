package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.RecordingKernel;
import org.jrunc.kernel.Stat;
import org.jrunc.kernel.StatFs;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Mount;
import org.junit.jupiter.api.Test;

/** Which calls are made, and in which order; also on kernels that this host does not have. */
class RootfsOrderTest {

    private static final String CLONE = "0x81001";

    private final RecordingKernel kernel = new RecordingKernel().file("/b/rootfs/dev/null",
            Stat.S_IFCHR | 0666, Stat.makedev(1, 3));
    private final TestContainer.SpecBuilder spec = new TestContainer.SpecBuilder();

    private void mount(String type, String source, String destination, String... options) {
        spec.mounts.add(new Mount(destination, Optional.of(type), Optional.of(source), List.of(options), List.of(),
                List.of()));
    }

    private Rootfs rootfs(boolean user, boolean namespace, boolean noPivot) {
        return new Rootfs(kernel, new RootfsPlan(spec.build("rootfs"), "/b", "/b/rootfs", user, namespace, noPivot),
                MountSources.NONE, RuntimeLog.NONE);
    }

    private List<String> calls(String... names) {
        List<String> found = new ArrayList<>();
        for (String line : kernel.lines()) {
            for (String name : names) {
                if (line.startsWith(name + "(")) {
                    found.add(line);
                }
            }
        }
        return found;
    }

    @Test
    void preparationMakesEverythingASlaveAndTheRootAMount() {
        rootfs(false, true, false).prepare();
        assertEquals(List.of("umask(0) = 18",
                "openat2(AT_FDCWD, \"/b/rootfs\", {flags=0x290000, resolve=0x6}, 24) = 3",
                "mount(0, \"/\", 0, 0x84000, 0)",
                "open_tree(3</b/rootfs>, \"\", 0x89001) = 4",
                "move_mount(4</b/rootfs>, \"\", 3</b/rootfs>, \"\", 68)"), kernel.lines());
    }

    @Test
    void aSharedRootHasAPrivateParentFirst() {
        spec.propagation = "shared";
        kernel.answer(Syscall.MOUNT, "\"/b/rootfs\", 0, 0x40000", -Errno.EINVAL);
        kernel.answer(Syscall.MOUNT, "\"/b\", 0, 0x40000", -Errno.EINVAL);
        rootfs(false, true, false).prepare();
        assertEquals(List.of("mount(0, \"/\", 0, 0x100000, 0)",
                "mount(0, \"/b/rootfs\", 0, 0x40000, 0) = -EINVAL", "mount(0, \"/b\", 0, 0x40000, 0) = -EINVAL",
                "mount(0, \"/\", 0, 0x40000, 0)"), calls("mount"));
    }

    @Test
    void aBindMountIsReadOnlyBeforeItIsAttached() {
        mount("bind", "/data", "/data", "rbind", "ro", "rprivate");
        Rootfs rootfs = rootfs(false, true, false);
        rootfs.prepare();
        kernel.lines().clear();
        rootfs.mountAll();
        assertEquals(List.of("open_tree(AT_FDCWD, \"/data\", 0x88001) = 5",
                "statx(5</data>, \"\", 4096, 6143, 256 bytes)",
                "openat2(4</b/rootfs>, \"/data\", {flags=0x280000, resolve=0x16}, 24) = 6",
                "mount_setattr(5</data>, \"\", 4096, {set=0x1, clr=0x20000e, propagation=0x0}, 32)",
                "move_mount(5</data>, \"\", 6</b/rootfs/data>, \"\", 68)",
                "mount_setattr(5</data>, \"\", 36864, {set=0x0, clr=0x0, propagation=0x40000}, 32)"),
                kernel.lines());
    }

    @Test
    void beforeLinux512BindMountsAreRemountedByMount2() {
        mount("bind", "/data", "/data", "bind", "ro", "private");
        kernel.answer(Syscall.MOUNT_SETATTR, "", -Errno.ENOSYS);
        Rootfs rootfs = rootfs(false, true, false);
        rootfs.prepare();
        rootfs.mountAll();
        assertEquals(List.of("mount(0, \"/\", 0, 0x84000, 0)", "mount(0, \"/proc/self/fd/5\", 0, 4129, 0)",
                "mount(0, \"/proc/self/fd/5\", 0, 0x40000, 0)"), calls("mount"));
    }

    @Test
    void beforeLinux512RecursiveOptionsSayWhatTheyNeed() {
        mount("bind", "/data", "/data", "rbind", "rro");
        kernel.answer(Syscall.MOUNT_SETATTR, "", -Errno.ENOSYS);
        Rootfs rootfs = rootfs(false, true, false);
        rootfs.prepare();
        RuntimeFailure e = assertThrows(RuntimeFailure.class, rootfs::mountAll);
        assertTrue(e.getMessage().contains("needs Linux 5.12"), e.getMessage());
    }

    @Test
    void beforeLinux512ReadOnlyPathsAndRootGoByWayOfAProcfsOfOurOwn() {
        spec.readonlyRoot = true;
        spec.readonly.add("/proc/sys");
        kernel.answer(Syscall.MOUNT_SETATTR, "", -Errno.ENOSYS);
        Rootfs rootfs = rootfs(false, true, false);
        rootfs.prepare();
        rootfs.finish();
        assertEquals(List.of("mount(0, \"/\", 0, 0x84000, 0)", "mount(0, \"self/fd/4\", 0, 4129, 0)",
                "mount(0, \"self/fd/8\", 0, 4129, 0)"), calls("mount"));
        assertEquals(2, calls("fchdir").size());
    }

    @Test
    void lockedFlagsAreKeptAndNamedWhenTheyAreToGo() {
        mount("bind", "/data", "/data", "bind", "ro");
        kernel.answer(Syscall.MOUNT_SETATTR, "clr=0x20000e", -Errno.EPERM);
        Rootfs rootfs = rootfs(true, true, false);
        rootfs.prepare();
        rootfs.mountAll();
        assertTrue(calls("mount_setattr").getLast().contains("{set=0x1, clr=0x0,"), kernel.lines().toString());
        spec.mounts.clear();
        mount("bind", "/data", "/data", "bind", "suid");
        kernel.answer(Syscall.MOUNT_SETATTR, "", -Errno.EPERM);
        Rootfs second = rootfs(true, true, false);
        second.prepare();
        RuntimeFailure e = assertThrows(RuntimeFailure.class, second::mountAll);
        assertTrue(e.getMessage().contains("operation not permitted"), e.getMessage());
    }

    @Test
    void pivotTakesTheOldRootAwayWithoutTouchingTheHosts() {
        Rootfs rootfs = rootfs(false, true, false);
        rootfs.prepare();
        kernel.lines().clear();
        rootfs.pivot();
        assertEquals(List.of("openat(AT_FDCWD, \"/\", 0x290000, 0) = 5", "fchdir(4</b/rootfs>)",
                "pivot_root(\".\", \".\")", "fchdir(5</>)", "mount(0, \".\", 0, 0x84000, 0)",
                "umount2(\".\", 2)", "chdir(\"/\")", "close(5</>)"), kernel.lines());
    }

    @Test
    void withoutPivotFullProcsAreUnmountedOrCovered() {
        kernel.content("/proc/self/mountinfo", """
                22 27 0:21 / /proc rw - proc proc rw
                23 27 0:22 / /sys rw - sysfs sysfs rw
                24 27 0:22 /kernel /part rw - sysfs sysfs rw
                25 27 0:23 / /b/rootfs/proc rw - proc proc rw
                26 27 0:24 / /with\\040space rw - proc proc rw
                27 1 254:0 / / rw - ext4 /dev/vda rw
                """);
        kernel.answer(Syscall.UMOUNT2, "\"/sys\"", -Errno.EINVAL);
        Rootfs rootfs = rootfs(false, true, true);
        rootfs.prepare();
        kernel.lines().clear();
        rootfs.pivot();
        assertEquals(List.of("umount2(\"/proc\", 2)", "umount2(\"/sys\", 2) = -EINVAL",
                "umount2(\"/with space\", 2)"), calls("umount2"));
        assertEquals("mount(\"tmpfs\", \"/sys\", \"tmpfs\", 0, 0)", calls("mount").get(2));
        assertEquals(List.of("move_mount(4</b/rootfs>, \"\", AT_FDCWD, \"/\", 4)"), calls("move_mount"));
        assertEquals(List.of("fchdir(4</b/rootfs>)", "chroot(\".\")", "chdir(\"/\")"),
                kernel.lines().subList(kernel.lines().size() - 3, kernel.lines().size()));
    }

    @Test
    void aJoinedMountNamespaceIsNotChanged() {
        Rootfs rootfs = rootfs(false, false, false);
        rootfs.prepare();
        rootfs.pivot();
        assertEquals(List.of(), calls("mount", "move_mount", "pivot_root", "umount2"));
        assertEquals(1, calls("chroot").size());
    }

    @Test
    void propagationIsAppliedAgainAtTheEnd() {
        spec.propagation = "runbindable";
        Rootfs rootfs = rootfs(false, true, false);
        rootfs.prepare();
        rootfs.finish();
        assertEquals(List.of("mount(0, \"/\", 0, 0x44000, 0)", "mount(0, \"/\", 0, 0x24000, 0)"), calls("mount"));
    }

    @Test
    void masksAreClonesOfOneDevNullAndOneTmpfs() {
        spec.masked.addAll(List.of("/f", "/g", "/d", "/e"));
        kernel.file("/b/rootfs/f", Stat.S_IFREG, 0).file("/b/rootfs/g", Stat.S_IFREG, 0);
        Rootfs rootfs = rootfs(false, true, false);
        rootfs.prepare();
        kernel.lines().clear();
        rootfs.finish();
        assertEquals(1, kernel.lines().stream().filter(l -> l.contains("\"/dev/null\"")).count());
        assertEquals(1, calls("fsopen").size());
        List<String> clones = calls("open_tree");
        assertEquals(3, clones.size());
        assertTrue(clones.get(0).contains("</b/rootfs/dev/null>, \"\", " + CLONE), clones.toString());
        assertTrue(clones.get(2).contains("<tmpfs>, \"\", " + CLONE), clones.toString());
    }

    @Test
    void aBusyMountIsTriedFiveTimes() {
        spec.readonlyRoot = true;
        kernel.answer(Syscall.MOUNT_SETATTR, "", -Errno.EBUSY);
        Rootfs rootfs = rootfs(false, true, false);
        rootfs.prepare();
        RuntimeFailure e = assertThrows(RuntimeFailure.class, rootfs::finish);
        assertTrue(e.getMessage().contains("(/root/readonly) read-only: mount_setattr: EBUSY"), e.getMessage());
        assertEquals(5, calls("mount_setattr").size());
    }

    @Test
    void mergedCgroupsHaveLinks() {
        mount("cgroup", "cgroup", "/sys/fs/cgroup", "ro");
        kernel.fileSystem("/sys/fs/cgroup", StatFs.TMPFS_MAGIC);
        kernel.content("/proc/self/cgroup", "3:cpu,cpuacct:/docker/c1\n2:name=systemd:/docker/c1\n1:gone:/\n0::/\n");
        kernel.content("/proc/self/mountinfo", """
                31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw
                32 31 0:29 /docker /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                33 31 0:30 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
                34 31 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                """);
        Rootfs rootfs = rootfs(false, true, false);
        rootfs.prepare();
        kernel.lines().clear();
        rootfs.mountAll();
        assertEquals(List.of("open_tree(AT_FDCWD, \"/sys/fs/cgroup/cpu,cpuacct/c1\", 0x80001)",
                "open_tree(AT_FDCWD, \"/sys/fs/cgroup/systemd/docker/c1\", 0x80001)"),
                calls("open_tree").stream().map(l -> l.substring(0, l.indexOf(" = "))).toList());
        List<String> links = calls("symlinkat");
        assertEquals(2, links.size());
        assertTrue(links.get(0).startsWith("symlinkat(\"cpu,cpuacct\", ") && links.get(0).endsWith("\"cpu\")"),
                links.toString());
        assertTrue(links.get(1).endsWith("\"cpuacct\")"), links.toString());
        assertTrue(calls("mount_setattr").getLast().contains("<tmpfs>, \"\", 4096, {set=0x1,"));
    }

    @Test
    void aVersion2ThatCannotBeShownIsMaskedNeverWritable() {
        mount("cgroup", "cgroup", "/sys/fs/cgroup", "rw");
        kernel.fileSystem("/sys/fs/cgroup", StatFs.CGROUP2_SUPER_MAGIC);
        kernel.content("/proc/self/cgroup", "0::/user.slice/x\n");
        kernel.answerOnce(Syscall.FSMOUNT, "<cgroup2>", -Errno.EPERM);
        kernel.answer(Syscall.OPEN_TREE, "/sys/fs/cgroup/user.slice/x", -Errno.ENOENT);
        Rootfs rootfs = rootfs(true, true, false);
        rootfs.prepare();
        rootfs.mountAll();
        assertTrue(calls("fsmount").getLast().contains("<tmpfs>, 1, 1)"), calls("fsmount").toString());
    }

    @Test
    void invalidPlansEndBeforeAnyCall() {
        assertRefused("rootfsPropagation=sideways is not supported", () -> spec.propagation = "sideways");
        spec.propagation = "";
        spec.propagation = "rprivate";
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> rootfs(false, true, true));
        assertTrue(e.getMessage().startsWith("rootfsPropagation of [r]private is not safe without pivot_root"));
        spec.propagation = "";
        assertThrows(RuntimeFailure.class, () -> new RootfsPlan(spec.build("x"), "/b", "x", false, true, false));
        spec.readonlyRoot = true;
        assertThrows(RuntimeFailure.class, () -> rootfs(false, false, false));
        assertEquals(List.of(), kernel.lines());
    }

    private void assertRefused(String text, Runnable change) {
        change.run();
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> rootfs(false, true, false));
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }

    @Test
    void aUsualContainerNeedsFewCalls() {
        mount("proc", "proc", "/proc");
        mount("tmpfs", "tmpfs", "/dev", "nosuid", "strictatime", "mode=755", "size=65536k");
        mount("devpts", "devpts", "/dev/pts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620");
        mount("tmpfs", "shm", "/dev/shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k");
        mount("mqueue", "mqueue", "/dev/mqueue", "nosuid", "noexec", "nodev");
        mount("sysfs", "sysfs", "/sys", "nosuid", "noexec", "nodev", "ro");
        spec.masked.addAll(List.of("/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"));
        spec.readonly.addAll(List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"));
        Rootfs rootfs = rootfs(false, true, false);
        rootfs.prepare();
        rootfs.mountAll();
        rootfs.devices();
        rootfs.pivot();
        rootfs.finish();
        assertTrue(kernel.lines().size() < 165, kernel.lines().size() + " calls");
    }
}
