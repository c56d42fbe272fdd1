package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;

/**
 * Makes the mounts that nearly every container has, many in one round trip: file systems that are but memory of the
 * kernel, and bind mounts, whose targets are reached without a link. It stops at the first mount that is not of this
 * kind, or that any call fails for, and leaves nothing of that one but perhaps its target's directory: {@link Mounter}
 * then makes it call by call, and knows what to do or to say.
 */
final class UsualMounts {

    private static final int AT_ONCE = 16;
    private static final int PLACE = O_PATH | O_CLOEXEC;
    private static final int IN_ROOT = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;

    private final Kernel kernel;
    private final RootfsPlan plan;
    private final SafePath paths;
    private final Spent spent;
    private final Mounter mounter;

    UsualMounts(Kernel kernel, RootfsPlan plan, SafePath paths, Spent spent, Mounter mounter) {
        this.kernel = kernel;
        this.plan = plan;
        this.paths = paths;
        this.spent = spent;
        this.mounter = mounter;
    }

    /** Makes mounts of the plan from an index on, as far as they are usual, and returns how many. */
    int make(int from) {
        int made = 0;
        int last;
        do {
            last = makeSome(from + made);
            made += last;
        } while (last == AT_ONCE);
        return made;
    }

    private int makeSome(int from) {
        List<PlannedMount> mounts = plan.mounts();
        List<Integer> opened = new ArrayList<>();
        List<int[]> trees = new ArrayList<>();
        CallSequence calls = kernel.sequence();
        try {
            for (int i = from; i < mounts.size() && trees.size() < AT_ONCE && isUsual(mounts.get(i)); i++) {
                trees.add(mounts.get(i).options().bind() ? bind(calls, mounts.get(i), opened)
                        : fileSystem(calls, mounts.get(i), opened));
            }
            calls.run();
        } catch (KernelException e) {
            // The mounter finds out what is wrong.
        }
        int made = 0;
        while (made < trees.size() && calls.result(trees.get(made)[1]) >= 0) {
            mounter.settle(mounts.get(from + made), calls.result(trees.get(made)[0]));
            made++;
        }
        for (int i = made; i < trees.size(); i++) {
            opened.add(trees.get(i)[0]);
        }
        for (int fd : opened) {
            if (calls.result(fd) >= 0) {
                spent.add(calls.result(fd));
            }
        }
        return made;
    }

    private boolean isUsual(PlannedMount mount) {
        String path = SafePath.clean(mount.destination());
        MountOptions options = mount.options();
        if (options.has(MS_REMOUNT) || options.copyUp() || !options.propagation().isEmpty()
                || (options.recursiveSet() | options.recursiveCleared()) != 0
                || path.equals("/") || SafePath.split(mount.destination()).contains("..")) {
            return false;
        }
        if (options.bind()) {
            return !mount.isIdMapped() && !SafePath.isWithin(path, "/proc");
        }
        if (SafePath.isWithin(path, "/proc") && !(path.equals("/proc") && mount.type().equals("proc"))
                || FileSystems.needsMount2(mount, plan.label().added(mount.type(), options.data()))) {
            return false;
        }
        switch (mount.type()) {
            case "proc", "sysfs", "devpts":
                return true;
            case "mqueue":
                return plan.label().isEmpty();
            case "tmpfs":
                // Without a mode it gets that of the target.
                return hasMode(options.data());
            default:
                return false;
        }
    }

    private static boolean hasMode(List<String> data) {
        for (String word : data) {
            if (word.startsWith("mode=")) {
                return true;
            }
        }
        return false;
    }

    /** Adds what makes one, and returns what stands for its descriptor and for the last call's result. */
    private int[] fileSystem(CallSequence calls, PlannedMount mount, List<Integer> opened) {
        int target = directory(calls, SafePath.clean(mount.destination()), opened);
        int[] made = {CallSequence.NOT_MADE, CallSequence.NOT_MADE};
        FileSystems.add(calls, mount, plan.label().added(mount.type(), mount.options().data()),
                Mounter.newAttributes(mount), made);
        opened.add(made[0]);
        return new int[] {made[1], attach(calls, made[1], target)};
    }

    /**
     * The directory at a path, made if only its last component is missing. As {@link PathWalk} does it: no link is
     * followed, and what was made is opened by its name in the directory that it was made in.
     */
    private int directory(CallSequence calls, String path, List<Integer> opened) {
        int slash = path.lastIndexOf('/');
        int parent = paths.root();
        if (slash > 0) {
            parent = calls.openat2(parent, path.substring(0, slash), PLACE | O_DIRECTORY, 0, IN_ROOT);
            opened.add(parent);
        }
        String name = path.substring(slash + 1);
        calls.anyway().mkdirat(parent, name, 0755);
        int target = calls.openat2(parent, name, PLACE | O_DIRECTORY | O_NOFOLLOW, 0,
                RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
        opened.add(target);
        return target;
    }

    /** As {@link #fileSystem}; the target must be there. */
    private int[] bind(CallSequence calls, PlannedMount mount, List<Integer> opened) {
        int tree = calls.openTree(Kernel.AT_FDCWD, mount.source(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC
                | (mount.options().recursive() ? AT_RECURSIVE : 0));
        int target = calls.openat2(paths.root(), mount.destination(), PLACE, 0, IN_ROOT);
        opened.add(target);
        if (mount.options().changesMount()) {
            MountAttributes.add(calls, mount.options(), tree);
        }
        return new int[] {tree, attach(calls, tree, target)};
    }

    private static int attach(CallSequence calls, int tree, int target) {
        return calls.moveMount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    }
}
