package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Stat;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;

/**
 * Device nodes and the links beside them (config-linux.md, Devices and Default Devices; runtime-linux.md, Dev symbolic
 * links). Everything is done in the descriptor of the parent directory, nothing is followed, and a node is looked at
 * again after it was made: a container with the same volume may be exchanging files at the same time
 * (CVE-2025-52565, CVE-2026-41579).
 */
final class Devices {

    private static final int AT_ONCE = 32;
    private static final String KCORE = "/proc/kcore";
    private static final int NODE = O_PATH | O_NOFOLLOW | O_CLOEXEC;

    private final Kernel kernel;
    private final SafePath paths;
    private final Spent spent;
    private final boolean userNamespace;
    private String openPath = "";
    private int openDirectory = -1;

    Devices(Kernel kernel, SafePath paths, Spent spent, boolean userNamespace) {
        this.kernel = kernel;
        this.paths = paths;
        this.spent = spent;
        this.userNamespace = userNamespace;
    }

    /** Makes all of a plan. */
    void create(RootfsPlan plan) {
        List<DeviceNode> nodes = plan.devices();
        int from = 0;
        while (from < nodes.size()) {
            from += create(nodes, from);
        }
        links();
        leaveParent();
    }

    /** Makes those that are next to each other in one directory, as far as they fit, and returns how many. */
    private int create(List<DeviceNode> nodes, int from) {
        String parent = parentOf(nodes.get(from));
        int count = 1;
        while (count < AT_ONCE && from + count < nodes.size() && parentOf(nodes.get(from + count)).equals(parent)) {
            count++;
        }
        DeviceNode current = nodes.get(from);
        try {
            int directory = parent(current.path());
            int[] made = new int[count];
            int[] looked = new int[count];
            Block[] stats = new Block[count];
            CallSequence calls = kernel.independent();
            for (int i = 0; i < count; i++) {
                DeviceNode node = nodes.get(from + i);
                if (!isBound(node)) {
                    made[i] = (int) calls.call(Syscall.MKNODAT, Arg.of(directory), Arg.text(nameOf(node)),
                            Arg.of(node.type() | node.mode()), Arg.of(node.number()));
                    stats[i] = Block.out(Stat.SIZE);
                    looked[i] = CallSequence.statx(calls, directory, nameOf(node), AT_SYMLINK_NOFOLLOW, stats[i]);
                }
            }
            calls.run();
            for (int i = 0; i < count; i++) {
                current = nodes.get(from + i);
                if (isBound(current)) {
                    bind(current, directory, nameOf(current));
                } else {
                    finish(current, directory, calls.result(made[i]), calls.result(looked[i]), stats[i]);
                }
            }
        } catch (KernelException e) {
            throw failure(current, e.call() + ": " + Errno.name(e.errno()), e);
        }
        return count;
    }

    private static String nameOf(DeviceNode node) {
        return node.path().substring(node.path().lastIndexOf('/') + 1);
    }

    private static String parentOf(DeviceNode node) {
        return node.path().substring(0, node.path().lastIndexOf('/'));
    }

    private boolean isBound(DeviceNode node) {
        return userNamespace && node.type() != Stat.S_IFIFO;
    }

    private void finish(DeviceNode node, int directory, int made, int looked, Block stat) {
        if (made == -Errno.EPERM) {
            bind(node, directory, nameOf(node));
            return;
        }
        if (made < 0 && made != -Errno.EEXIST) {
            throw new KernelException("mknodat", node.path(), -made);
        }
        if (looked < 0) {
            throw new KernelException("statx", node.path(), -looked);
        }
        verify(node, Stat.of(stat), made < 0 ? "what is there" : "what was made just now");
        if (made >= 0) {
            own(node, directory, nameOf(node), Stat.of(stat));
        }
    }

    /** Owner and mode, by descriptor. The mode is right already, unless the directory has a default ACL. */
    private void own(DeviceNode node, int directory, String name, Stat made) {
        if (node.uid() == 0 && node.gid() == 0 && made.uid() == 0 && made.gid() == 0
                && made.permissions() == node.mode()) {
            return;
        }
        int fd = kernel.openat(directory, name, NODE, 0);
        Stat stat = kernel.statx(fd, "", AT_EMPTY_PATH);
        verify(node, stat, "what was made just now");
        kernel.fchownat(fd, "", node.uid(), node.gid(), AT_EMPTY_PATH);
        if (stat.permissions() != node.mode() || (node.mode() & 06000) != 0) {
            // fchmod(2) does not take an O_PATH descriptor; /proc is the host's here.
            kernel.fchmodat(Kernel.AT_FDCWD, MountAttributes.descriptor(fd), node.mode());
        }
        spent.add(fd);
    }

    /** Nobody makes devices in a user namespace; the host's own node of the same path is mounted instead. */
    private void bind(DeviceNode node, int directory, String name) {
        int tree;
        try {
            tree = kernel.openTree(Kernel.AT_FDCWD, node.path(),
                    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
        } catch (KernelException e) {
            throw failure(node, "no permission to make it, and the host's can not be mounted in its place: "
                    + e.call() + ": " + Errno.name(e.errno()), e);
        }
        verify(node, kernel.statx(tree, "", AT_EMPTY_PATH), "the host's");
        try {
            kernel.mknodat(directory, name, Stat.S_IFREG | 0644, 0);
        } catch (KernelException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        int target = kernel.openat(directory, name, NODE, 0);
        Stat there = kernel.statx(target, "", AT_EMPTY_PATH);
        if (there.type() != Stat.S_IFREG) {
            // Not a mount point that was made for this.
            verify(node, there, "what is there");
        }
        kernel.moveMount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
        spent.add(tree);
        spent.add(target);
    }

    private static void verify(DeviceNode node, Stat stat, String what) {
        if (!node.matches(stat)) {
            throw failure(node, what + " is " + stat.kind() + (stat.type() == Stat.S_IFCHR
                    || stat.type() == Stat.S_IFBLK ? " " + DeviceNode.numbers(stat.rdev()) : "")
                    + ", not " + node.describe(), null);
        }
    }

    private static RuntimeFailure failure(DeviceNode node, String what, KernelException cause) {
        return new RuntimeFailure("error creating device node \"" + node.path() + "\": " + what + " ("
                + node.pointer() + ')', cause);
    }

    private int parent(String path) {
        String parent = path.substring(0, path.lastIndexOf('/'));
        if (openDirectory < 0 || !parent.equals(openPath)) {
            leaveParent();
            openDirectory = paths.directory(parent.isEmpty() ? "/" : parent).fd();
            openPath = parent;
        }
        return openDirectory;
    }

    private void leaveParent() {
        if (openDirectory >= 0) {
            spent.add(openDirectory);
            openDirectory = -1;
        }
    }

    private void links() {
        int dev = parent("/dev/ptmx");
        CallSequence calls = kernel.independent();
        int removed = (int) calls.call(Syscall.UNLINKAT, Arg.of(dev), Arg.text("ptmx"), Arg.of(0));
        int[] made = {link(calls, "pts/ptmx", dev, "ptmx"), link(calls, "/proc/self/fd", dev, "fd"),
                link(calls, "/proc/self/fd/0", dev, "stdin"), link(calls, "/proc/self/fd/1", dev, "stdout"),
                link(calls, "/proc/self/fd/2", dev, "stderr")};
        int kcore = (int) calls.call(Syscall.FACCESSAT2, Arg.of(Kernel.AT_FDCWD), Arg.text(KCORE), Arg.of(0),
                Arg.of(0));
        calls.run();
        check(calls.result(removed), Errno.ENOENT, "unlinkat");
        check(calls.result(made[0]), 0, "symlinkat");
        for (int link : made) {
            check(calls.result(link), Errno.EEXIST, "symlinkat");
        }
        // Not every kernel has one.
        if (calls.result(kcore) >= 0) {
            CallSequence last = kernel.independent();
            int link = link(last, KCORE, dev, "core");
            last.run();
            check(last.result(link), Errno.EEXIST, "symlinkat");
        }
    }

    private static int link(CallSequence calls, String target, int directory, String name) {
        return (int) calls.call(Syscall.SYMLINKAT, Arg.text(target), Arg.of(directory), Arg.text(name));
    }

    private static void check(int result, int tolerated, String call) {
        if (result < 0 && result != -tolerated) {
            throw new KernelException(call, "in /dev", -result);
        }
    }
}
