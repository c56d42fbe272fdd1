package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;

/**
 * The container's root file system, from the host's to its own, in the order in which the methods stand here. Between
 * {@link #devices} and {@link #pivot} the caller runs the hooks; init's working directory is the new root then.
 */
public final class Rootfs {

    /** How often a mount is made read-only that is busy: somebody has a file open for writing. */
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_MILLIS = 10;

    private final Kernel init;
    private final RootfsPlan plan;
    private final MountSources host;
    private final RuntimeLog log;
    private final Spent spent;
    private final MountAttributes attributes;
    private SafePath paths;
    private Mounter mounter;
    private int umask;

    /**
     * A root file system to be.
     *
     * @param init the container's init: in its namespaces, root of its user namespace, the host's files in view
     * @param plan what to set up
     * @param host what the runtime does for init
     * @param log  for warnings
     */
    public Rootfs(Kernel init, RootfsPlan plan, MountSources host, RuntimeLog log) {
        this.init = init;
        this.plan = plan;
        this.host = host;
        this.log = log;
        this.spent = new Spent(init);
        this.attributes = new MountAttributes(init);
    }

    /**
     * Sets the propagation of what is there, and makes the root directory a mount of its own, as pivot_root(2) wants
     * it. If the mount namespace is not a new one, nothing in it is changed: it is somebody else's.
     */
    public void prepare() {
        CallSequence calls = init.sequence();
        try {
            int oldMask = calls.umask(0);
            int directory = calls.openat2(Kernel.AT_FDCWD, plan.rootfs(), O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
                    RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
            int root = plan.ownMountNamespace() ? mountRoot(calls, directory) : directory;
            calls.run();
            umask = calls.result(oldMask);
            if (root != directory) {
                spent.add(calls.result(directory));
            }
            paths = new SafePath(init, calls.result(root));
            mounter = new Mounter(init, plan, host, log, paths, spent);
        } catch (KernelException e) {
            throw e.call().equals("openat2") ? openFailure(e) : new RuntimeFailure("error preparing rootfs \""
                    + plan.rootfs() + "\": " + e.call() + ": " + Errno.name(e.errno()) + " (/root/path)", e);
        }
    }

    private RuntimeFailure openFailure(KernelException e) {
        String path = plan.rootfs();
        if (e.is(Errno.ELOOP)) {
            return new RuntimeFailure("invalid rootfs: not an absolute path, or a symlink (/root/path: \"" + path
                    + "\")", e);
        }
        return new RuntimeFailure("invalid rootfs: stat " + path + ": " + Errno.name(e.errno()) + " (/root/path"
                + (e.is(Errno.EACCES) && plan.userNamespace()
                        ? "; the container's root must be able to enter every directory above it)" : ")"), e);
    }

    private int mountRoot(CallSequence calls, int directory) {
        long propagation = initialPropagation();
        calls.mount("", "/", "", propagation, "");
        if (propagation != (MS_SLAVE | MS_REC) && propagation != (MS_PRIVATE | MS_REC)) {
            calls.run();
            Pivot.makeParentPrivate(init, plan.rootfs());
        }
        int root = calls.openTree(directory, "",
                OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
        calls.moveMount(root, "", directory, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
        return root;
    }

    /**
     * What {@code /} becomes for now. Of an unbindable mount nothing could be bound into the container, so that waits
     * until the container has its own root; what remains of it is that nothing propagates.
     */
    private long initialPropagation() {
        long propagation = plan.propagation();
        if (propagation == 0) {
            return MS_SLAVE | MS_REC;
        }
        return (propagation & MS_UNBINDABLE) != 0 ? MS_PRIVATE | propagation & MS_REC : propagation;
    }

    /** Makes the mounts of the configuration, in its order. */
    public void mountAll() {
        if (!plan.ownMountNamespace() && !plan.mounts().isEmpty()) {
            log.warn("the container has no mount namespace of its own: its mounts are made in the one it is in");
        }
        UsualMounts usual = new UsualMounts(init, plan, paths, spent, mounter);
        try (host) {
            int next = usual.make(0);
            while (next < plan.mounts().size()) {
                mounter.mount(plan.mounts().get(next));
                next++;
                next += usual.make(next);
            }
        }
    }

    /** Makes devices and the links in {@code /dev}, unless that is a bind mount; then goes to the new root. */
    public void devices() {
        if (!plan.isDevBound()) {
            new Devices(init, paths, spent, plan.userNamespace()).create(plan);
        }
        CallSequence calls = init.sequence();
        spent.close(calls);
        calls.umask(umask);
        calls.fchdir(paths.root());
        calls.run();
    }

    /** Makes the new root the root. */
    public void pivot() {
        Pivot pivot = new Pivot(init, paths.root());
        if (!plan.ownMountNamespace()) {
            pivot.chroot();
        } else if (plan.noPivot()) {
            pivot.move(plan.rootfs());
        } else {
            pivot.pivot();
        }
    }

    /** Mounts a pseudo terminal on {@code /dev/console}; {@code ptySlave} is a descriptor in init, and stays open. */
    public void bindConsole(int ptySlave) {
        Console.bind(init, paths, ptySlave, log);
    }

    /** Writes the kernel parameters; {@code runtime} is the kernel as the runtime itself sees it. */
    public void sysctl(Kernel runtime) {
        Sysctls.write(init, runtime, plan.sysctl());
    }

    /** Propagation, read-only mounts, read-only root, read-only and masked paths: nothing is created after that. */
    public void finish() {
        for (int mount : mounter.readOnlyLater()) {
            makeReadOnly(mount, "a read-only mount");
            spent.add(mount);
        }
        if (plan.readonly() && plan.ownMountNamespace()) {
            makeReadOnly(paths.root(), "the root file system (/root/readonly)");
        }
        MaskedPaths masked = new MaskedPaths(init, paths, spent, plan.label());
        masked.makeReadOnly(plan.readonlyPaths());
        masked.mask(plan.maskedPaths());
        // Last: a mount that is unbindable can not be cloned for a read-only path.
        if (plan.ownMountNamespace() && (plan.propagation() & (MS_SHARED | MS_UNBINDABLE)) != 0) {
            init.mount("", "/", "", plan.propagation(), "");
        }
        spent.close();
    }

    private void makeReadOnly(int mount, String what) {
        for (int attempt = 1;; attempt++) {
            try {
                if (!attributes.readOnly(mount)) {
                    attributes.readOnlyOld(mount);
                }
                return;
            } catch (KernelException e) {
                if (!e.is(Errno.EBUSY) || attempt == ATTEMPTS) {
                    throw new RuntimeFailure("error making " + what + " read-only: " + e.call() + ": "
                            + Errno.name(e.errno()), e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The descriptor of the root directory in init, {@code O_PATH}; valid before and after {@link #pivot}. */
    public int rootDirectory() {
        return paths.root();
    }
}
