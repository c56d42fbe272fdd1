package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import java.util.List;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;

/** Makes the new root the root, in one of three ways. */
final class Pivot {

    private final Kernel kernel;
    private final int root;

    Pivot(Kernel kernel, int root) {
        this.kernel = kernel;
        this.root = root;
    }

    /**
     * pivot_root(2), {@code pivot_root(".", ".")}: the old root ends up on top of the new one and is taken away from
     * there. It becomes a slave first, so that the host is not unmounted as well; not private, as that would keep a
     * busy reference to each mount that the host unmounts in the meantime.
     */
    void pivot() {
        CallSequence calls = kernel.sequence();
        try {
            int oldRoot = calls.openat(Kernel.AT_FDCWD, "/", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
            calls.fchdir(root);
            calls.pivotRoot(".", ".");
            calls.fchdir(oldRoot);
            calls.mount("", ".", "", MS_SLAVE | MS_REC, "");
            calls.umount2(".", MNT_DETACH);
            calls.chdir("/");
            calls.close(oldRoot);
            calls.run();
        } catch (KernelException e) {
            if (!e.call().equals("pivot_root")) {
                throw e;
            }
            throw new RuntimeFailure("pivot_root: " + Errno.name(e.errno())
                    + (e.is(Errno.EINVAL) ? " (if the host's root is a ramfs, --no-pivot is needed)" : ""), e);
        }
    }

    /**
     * {@code --no-pivot}, for hosts that run from their initramfs: moves the new root over the old one. The old mounts
     * stay below, out of reach, but not for the kernel: it allows a new proc or sysfs, in which nothing is masked, when
     * there is an uncovered one anywhere in the mount namespace. So those of the host go first.
     */
    void move(String rootfs) {
        for (MountInfo mount : MountInfo.ofInit(kernel)) {
            if ((mount.type().equals("proc") || mount.type().equals("sysfs")) && mount.root().equals("/")
                    && !SafePath.isWithin(mount.mountPoint(), rootfs)) {
                hide(mount.mountPoint());
            }
        }
        kernel.moveMount(root, "", Kernel.AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH);
        chroot();
    }

    private void hide(String path) {
        try {
            // So that it stays on the host.
            kernel.mount("", path, "", MS_SLAVE | MS_REC, "");
            kernel.umount2(path, MNT_DETACH);
        } catch (KernelException e) {
            if (e.is(Errno.ENOENT)) {
                // It was below another one.
                return;
            }
            if (!e.is(Errno.EINVAL) && !e.is(Errno.EPERM)) {
                throw e;
            }
            kernel.mount("tmpfs", path, "tmpfs", 0, "");
        }
    }

    /** chroot(2) only, when the mount namespace is not the container's own. */
    void chroot() {
        CallSequence calls = kernel.sequence();
        calls.fchdir(root);
        calls.chroot(".");
        calls.chdir("/");
        calls.run();
    }

    /**
     * Makes the parent mount of the root directory private: pivot_root(2) refuses a shared one, and with one the
     * container's mounts would appear on the host. Which of the directories above is the mount is found by trying.
     */
    static void makeParentPrivate(Kernel kernel, String rootfs) {
        List<String> components = SafePath.split(rootfs);
        for (;;) {
            try {
                kernel.mount("", SafePath.join(components), "", MS_PRIVATE, "");
                return;
            } catch (KernelException e) {
                if (!e.is(Errno.EINVAL) || components.isEmpty()) {
                    throw e;
                }
                components.removeLast();
            }
        }
    }
}
