package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jrunc.kernel.Block;
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
    private static final int UNKNOWN = Integer.MIN_VALUE;
    private static final int CLONE = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;

    private final Kernel kernel;
    private final SafePath paths;
    private final Spent spent;
    private final MountAttributes attributes;
    private final MountLabel label;
    /** Its descriptor, or a negative error number. */
    private int devNull = UNKNOWN;
    private Stat devNullStat;
    private int emptyDirectory = -1;
    /** What stands for descriptors that are not needed when a sequence has been made. */
    private final List<Integer> covers = new ArrayList<>();

    MaskedPaths(Kernel kernel, SafePath paths, Spent spent, MountLabel label) {
        this.kernel = kernel;
        this.paths = paths;
        this.spent = spent;
        this.attributes = new MountAttributes(kernel);
        this.label = label;
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
        Block[] stats = new Block[targets.length];
        look(masked, from, seen, targets, stats);
        int[] attached = new int[targets.length];
        boolean another = emptyDirectory >= 0;
        CallSequence calls = kernel.sequence();
        int added = 0;
        try {
            for (; added < targets.length; added++) {
                if (targets[added] >= 0) {
                    attached[added] = cover(calls, targets[added], Stat.of(stats[added]).isDirectory());
                }
            }
            calls.run();
        } catch (KernelException e) {
            // That of /dev/null, or of a call that was made at once, is the failure of the path that it is for.
            int failed = added < targets.length ? added : 0;
            while (added == targets.length && (targets[failed] < 0 || calls.result(attached[failed]) >= 0)) {
                failed++;
            }
            throw failure(masked, from + failed, e);
        }
        if (emptyDirectory >= 0 && !another) {
            emptyDirectory = calls.result(emptyDirectory);
        }
        for (int fd : covers) {
            spent.add(calls.result(fd));
        }
        covers.clear();
        for (int fd : targets) {
            if (fd >= 0) {
                spent.add(fd);
            }
        }
        return targets.length;
    }

    /** Opens the paths, and {@code /dev/null}: negative error numbers take the place of those that can not be. */
    private void look(List<String> masked, int from, Set<String> seen, int[] targets, Block[] stats) {
        CallSequence calls = kernel.independent();
        Block nullStat = Block.out(Stat.SIZE);
        int opened = CallSequence.NOT_MADE;
        if (devNull == UNKNOWN) {
            opened = paths.open(calls, "/dev/null", O_NOFOLLOW);
            CallSequence.statx(calls, opened, nullStat);
        }
        for (int i = 0; i < targets.length; i++) {
            String path = masked.get(from + i);
            targets[i] = CallSequence.NOT_MADE;
            if (seen.add(SafePath.clean(path))) {
                targets[i] = paths.open(calls, path, 0);
                stats[i] = Block.out(Stat.SIZE);
                CallSequence.statx(calls, targets[i], stats[i]);
            }
        }
        calls.run();
        if (devNull == UNKNOWN) {
            devNull = calls.result(opened);
            devNullStat = Stat.of(nullStat);
        }
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] != CallSequence.NOT_MADE) {
                targets[i] = calls.result(targets[i]);
                if (targets[i] < 0 && targets[i] != -Errno.ENOENT) {
                    throw failure(masked, from + i, new KernelException("openat2", masked.get(from + i), -targets[i]));
                }
            }
        }
    }

    private static RuntimeFailure failure(List<String> masked, int index, KernelException e) {
        return failure("error masking path", masked.get(index), "/linux/maskedPaths/" + index, e);
    }

    /** Adds what covers a path, and returns what stands for the last call's result. */
    private int cover(CallSequence calls, int target, boolean directory) {
        if (directory && emptyDirectory < 0) {
            return emptyDirectory(calls, target);
        }
        int cover = calls.openTree(directory ? emptyDirectory : devNull(), "", CLONE);
        covers.add(cover);
        return attach(calls, cover, target);
    }

    private static int attach(CallSequence calls, int tree, int target) {
        return calls.moveMount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    }

    private int devNull() {
        if (devNull < 0) {
            throw new KernelException("openat2", "\"/dev/null\"", -devNull);
        }
        if (!devNullStat.isCharDevice(1, 3)) {
            throw new RuntimeFailure("error masking paths: \"/dev/null\" in the container is " + devNullStat.kind()
                    + " and not the character device 1:3 (/linux/maskedPaths)");
        }
        return devNull;
    }

    /** The tmpfs itself goes on the first directory: before Linux 6.15 only attached mounts can be cloned. */
    private int emptyDirectory(CallSequence calls, int target) {
        int context = calls.fsopen("tmpfs");
        calls.fsconfigString(context, "source", "tmpfs");
        calls.fsconfigFlag(context, "ro");
        calls.fsconfigString(context, "nr_blocks", "1");
        // Some kernels (Ubuntu's 5.4) need one inode more than the root directory.
        calls.fsconfigString(context, "nr_inodes", "2");
        label.configure(calls, context);
        calls.fsconfigCreate(context);
        emptyDirectory = calls.fsmount(context, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
                | MOUNT_ATTR_NOEXEC);
        covers.add(context);
        return attach(calls, emptyDirectory, target);
    }

    /** Makes paths read-only, with what else they are mounted with, not what is mounted below them. */
    void makeReadOnly(List<String> readonly) {
        int index = 0;
        while (index < readonly.size()) {
            index += makeReadOnly(readonly, index);
        }
    }

    /**
     * Makes some of the paths read-only and returns how many. Each path is opened after the one before was covered: it
     * may be below that, and has to be found in there.
     */
    private int makeReadOnly(List<String> readonly, int from) {
        int count = Math.min(AT_ONCE, readonly.size() - from);
        int[] targets = new int[count];
        int[] trees = new int[count];
        int[] set = new int[count];
        int[] attached = new int[count];
        CallSequence calls = kernel.independent();
        for (int i = 0; i < count; i++) {
            targets[i] = paths.open(calls, readonly.get(from + i), 0);
            trees[i] = calls.openTree(targets[i], "", CLONE | AT_RECURSIVE);
            set[i] = attributes.readOnly(calls, trees[i]);
            attached[i] = attach(calls, trees[i], targets[i]);
        }
        calls.run();
        for (int i = 0; i < count; i++) {
            try {
                finish(calls, targets[i], trees[i], set[i], attached[i]);
            } catch (KernelException e) {
                throw failure("error making path read-only", readonly.get(from + i), "/linux/readonlyPaths/"
                        + (from + i), e);
            }
        }
        return count;
    }

    private void finish(CallSequence calls, int target, int tree, int set, int attached) {
        if (calls.result(target) == -Errno.ENOENT) {
            return;
        }
        check(calls, target, "openat2");
        check(calls, tree, "open_tree");
        boolean old = calls.result(set) == -Errno.ENOSYS;
        if (!old) {
            check(calls, set, "mount_setattr");
        }
        check(calls, attached, "move_mount");
        if (old) {
            attributes.readOnlyOld(calls.result(tree));
        }
        spent.add(calls.result(target));
        spent.add(calls.result(tree));
    }

    private static void check(CallSequence calls, int answer, String call) {
        if (calls.result(answer) < 0) {
            throw new KernelException(call, "", -calls.result(answer));
        }
    }

    private static RuntimeFailure failure(String what, String path, String pointer, KernelException e) {
        return new RuntimeFailure(what + " \"" + path + "\": " + e.call() + ": " + Errno.name(e.errno()) + " ("
                + pointer + ')', e);
    }
}
