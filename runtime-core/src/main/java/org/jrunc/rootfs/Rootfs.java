package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

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
        umask = init.umask(0);
        int directory = openRoot();
        int root = directory;
        if (plan.ownMountNamespace()) {
            root = mountRoot(directory);
            spent.add(directory);
        }
        paths = new SafePath(init, root);
        mounter = new Mounter(init, plan, host, log, paths, spent);
        if (plan.hasMountLabel()) {
            log.warn("/linux/mountLabel is ignored: SELinux labels of mounts are not supported yet");
        }
    }

    private int openRoot() {
        String path = plan.rootfs();
        try {
            return init.openat2(Kernel.AT_FDCWD, path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0,
                    RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
        } catch (KernelException e) {
            if (e.is(Errno.ELOOP)) {
                throw new RuntimeFailure("invalid rootfs: not an absolute path, or a symlink (/root/path: \"" + path
                        + "\")", e);
            }
            throw new RuntimeFailure("invalid rootfs: stat " + path + ": " + Errno.name(e.errno()) + " (/root/path"
                    + (e.is(Errno.EACCES) && plan.userNamespace()
                            ? "; the container's root must be able to enter every directory above it)" : ")"), e);
        }
    }

    private int mountRoot(int directory) {
        try {
            long propagation = initialPropagation();
            init.mount("", "/", "", propagation, "");
            if (propagation != (MS_SLAVE | MS_REC) && propagation != (MS_PRIVATE | MS_REC)) {
                Pivot.makeParentPrivate(init, plan.rootfs());
            }
            int root = init.openTree(directory, "",
                    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
            init.moveMount(root, "", directory, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
            return root;
        } catch (KernelException e) {
            throw new RuntimeFailure("error preparing rootfs \"" + plan.rootfs() + "\": " + e.call() + ": "
                    + Errno.name(e.errno()) + " (/root/path)", e);
        }
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
        for (PlannedMount mount : plan.mounts()) {
            mounter.mount(mount);
        }
    }

    /** Makes devices and the links in {@code /dev}, unless that is a bind mount; then goes to the new root. */
    public void devices() {
        if (!plan.isDevBound()) {
            new Devices(init, paths, spent, plan.userNamespace()).create(plan);
        }
        spent.close();
        init.umask(umask);
        init.fchdir(paths.root());
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
        MaskedPaths masked = new MaskedPaths(init, paths, spent);
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
