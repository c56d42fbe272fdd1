package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Stat;
import org.jrunc.report.RuntimeFailure;

/**
 * Device nodes and the links beside them (config-linux.md, Devices and Default Devices; runtime-linux.md, Dev symbolic
 * links). Everything is done in the descriptor of the parent directory, nothing is followed, and a node is looked at
 * again after it was made: a container with the same volume may be exchanging files at the same time
 * (CVE-2025-52565, CVE-2026-41579).
 */
final class Devices {

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
        for (DeviceNode node : plan.devices()) {
            try {
                create(node);
            } catch (KernelException e) {
                throw failure(node, e.call() + ": " + Errno.name(e.errno()), e);
            }
        }
        links();
        leaveParent();
    }

    private void create(DeviceNode node) {
        int directory = parent(node.path());
        String name = node.path().substring(node.path().lastIndexOf('/') + 1);
        if (userNamespace && node.type() != Stat.S_IFIFO) {
            bind(node, directory, name);
            return;
        }
        try {
            kernel.mknodat(directory, name, node.type() | node.mode(), node.number());
        } catch (KernelException e) {
            if (e.is(Errno.EPERM)) {
                bind(node, directory, name);
                return;
            }
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            verify(node, kernel.statx(directory, name, AT_SYMLINK_NOFOLLOW), "what is there");
            return;
        }
        own(node, directory, name);
    }

    /** Owner and mode, by descriptor. The mode is right already, unless the directory has a default ACL. */
    private void own(DeviceNode node, int directory, String name) {
        if (node.uid() == 0 && node.gid() == 0) {
            Stat stat = kernel.statx(directory, name, AT_SYMLINK_NOFOLLOW);
            verify(node, stat, "what was made just now");
            if (stat.uid() == 0 && stat.gid() == 0 && stat.permissions() == node.mode()) {
                return;
            }
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
        try {
            kernel.unlinkat(dev, "ptmx", 0);
        } catch (KernelException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        kernel.symlinkat("pts/ptmx", dev, "ptmx");
        link("/proc/self/fd", dev, "fd");
        link("/proc/self/fd/0", dev, "stdin");
        link("/proc/self/fd/1", dev, "stdout");
        link("/proc/self/fd/2", dev, "stderr");
        try {
            kernel.faccessat2(Kernel.AT_FDCWD, "/proc/kcore", 0, 0);
            link("/proc/kcore", dev, "core");
        } catch (KernelException e) {
            // This kernel has none.
        }
    }

    private void link(String target, int directory, String name) {
        try {
            kernel.symlinkat(target, directory, name);
        } catch (KernelException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
    }
}
