package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Stat;
import org.jrunc.report.RuntimeFailure;

/**
 * {@code linux.maskedPaths} and {@code linux.readonlyPaths}. A masked file is covered with {@code /dev/null}, a masked
 * directory with an empty read-only tmpfs, one and the same for all: hosts with many CPUs have hundreds of masked
 * directories. {@code /dev/null} is the container's, and so could be a link that the image or another container put
 * there; it is opened once, looked at, and from then on only cloned from that descriptor (CVE-2025-31133).
 */
final class MaskedPaths {

    /** How many targets are open at the same time: few hosts have more, and no process is short of that many. */
    private static final int AT_ONCE = 32;
    private static final int CLONE = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;

    private final Kernel kernel;
    private final SafePath paths;
    private final Spent spent;
    private final MountAttributes attributes;
    private int devNull = -1;
    private int emptyDirectory = -1;

    MaskedPaths(Kernel kernel, SafePath paths, Spent spent) {
        this.kernel = kernel;
        this.paths = paths;
        this.spent = spent;
        this.attributes = new MountAttributes(kernel);
    }

    /** Makes paths inaccessible; those that do not exist are none. */
    void mask(List<String> masked) {
        Set<String> seen = new HashSet<>();
        int index = 0;
        while (index < masked.size()) {
            index += mask(masked, index, seen);
        }
        if (devNull >= 0) {
            spent.add(devNull);
        }
        if (emptyDirectory >= 0) {
            spent.add(emptyDirectory);
        }
    }

    /**
     * Masks some of the paths and returns how many. They are opened before any of them is covered: one below another is
     * covered out of sight then, which does no harm.
     */
    private int mask(List<String> masked, int from, Set<String> seen) {
        int[] targets = new int[Math.min(AT_ONCE, masked.size() - from)];
        CallSequence calls = kernel.independent();
        for (int i = 0; i < targets.length; i++) {
            String path = masked.get(from + i);
            targets[i] = seen.add(SafePath.clean(path)) ? paths.open(calls, path, 0) : CallSequence.NOT_MADE;
        }
        calls.run();
        for (int i = 0; i < targets.length; i++) {
            int fd = targets[i] == CallSequence.NOT_MADE ? -Errno.ENOENT : calls.result(targets[i]);
            try {
                if (fd >= 0) {
                    mask(fd);
                } else if (fd != -Errno.ENOENT) {
                    throw new KernelException("openat2", masked.get(from + i), -fd);
                }
            } catch (KernelException e) {
                throw failure("error masking path", masked.get(from + i), "/linux/maskedPaths/" + (from + i), e);
            }
        }
        return targets.length;
    }

    private void mask(int target) {
        boolean directory = kernel.statx(target, "", AT_EMPTY_PATH).isDirectory();
        if (directory && emptyDirectory < 0) {
            emptyDirectory = emptyDirectory(target);
        } else {
            int source = directory ? emptyDirectory : devNull();
            CallSequence calls = kernel.sequence();
            int cover = calls.openTree(source, "", CLONE);
            attach(calls, cover, target);
            calls.run();
            spent.add(calls.result(cover));
        }
        spent.add(target);
    }

    private static void attach(CallSequence calls, int tree, int target) {
        calls.moveMount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    }

    private int devNull() {
        if (devNull < 0) {
            int fd = paths.open("/dev/null", O_NOFOLLOW);
            Stat stat = kernel.statx(fd, "", AT_EMPTY_PATH);
            if (!stat.isCharDevice(1, 3)) {
                throw new RuntimeFailure("error masking paths: \"/dev/null\" in the container is " + stat.kind()
                        + " and not the character device 1:3 (/linux/maskedPaths)");
            }
            devNull = fd;
        }
        return devNull;
    }

    /** The tmpfs itself goes on the first directory: before Linux 6.15 only attached mounts can be cloned. */
    private int emptyDirectory(int target) {
        CallSequence calls = kernel.sequence();
        int context = calls.fsopen("tmpfs");
        calls.fsconfigString(context, "source", "tmpfs");
        calls.fsconfigFlag(context, "ro");
        calls.fsconfigString(context, "nr_blocks", "1");
        // Some kernels (Ubuntu's 5.4) need one inode more than the root directory.
        calls.fsconfigString(context, "nr_inodes", "2");
        calls.fsconfigCreate(context);
        int tree = calls.fsmount(context, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
                | MOUNT_ATTR_NOEXEC);
        attach(calls, tree, target);
        calls.run();
        spent.add(calls.result(context));
        return calls.result(tree);
    }

    /** Makes paths read-only, with what else they are mounted with, not what is mounted below them. */
    void makeReadOnly(List<String> readonly) {
        int index = 0;
        for (String path : readonly) {
            try {
                makeReadOnly(path);
            } catch (KernelException e) {
                throw failure("error making path read-only", path, "/linux/readonlyPaths/" + index, e);
            }
            index++;
        }
    }

    /** Each path is opened after the one before was covered: it may be below that, and has to be found in there. */
    private void makeReadOnly(String path) {
        CallSequence calls = kernel.sequence();
        int target = -1;
        int tree = -1;
        try {
            target = paths.open(calls, path, 0);
            tree = calls.openTree(target, "", CLONE | AT_RECURSIVE);
            calls.mountSetattr(tree, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY, 0, 0, 0);
            attach(calls, tree, target);
            calls.run();
        } catch (KernelException e) {
            if (e.is(Errno.ENOENT) && e.call().equals("openat2")) {
                return;
            }
            if (!e.is(Errno.ENOSYS) || !e.call().equals("mount_setattr")) {
                throw e;
            }
            CallSequence old = kernel.sequence();
            attach(old, calls.result(tree), calls.result(target));
            old.run();
            attributes.readOnlyOld(calls.result(tree));
        }
        spent.add(calls.result(target));
        spent.add(calls.result(tree));
    }

    private static RuntimeFailure failure(String what, String path, String pointer, KernelException e) {
        return new RuntimeFailure(what + " \"" + path + "\": " + e.call() + ": " + Errno.name(e.errno()) + " ("
                + pointer + ')', e);
    }
}
