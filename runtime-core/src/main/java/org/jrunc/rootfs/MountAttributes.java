package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import java.util.List;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.PrivateProc;

/**
 * Changes what a mount allows, by its descriptor. Normally with mount_setattr(2) (Linux 5.12), before the mount is
 * attached anywhere. On older kernels a plain change is made with mount(2) on {@code /proc/self/fd/N} after that;
 * recursive ones can not be made there.
 */
final class MountAttributes {

    /** Attributes that a remount with mount(2) sets or clears all at once. */
    private static final long EXCLUSIVE = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
            | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW;
    private static final long ST_RELATIME = 4096;

    private final Kernel kernel;

    MountAttributes(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Applies what the options of a bind mount ask for. As with runc, a bind mount with no such option is left as the
     * source is, and one with some gets exactly these: {@code ro} on a {@code nosuid} source gives {@code ro,suid}. If
     * the kernel refuses, because a more privileged namespace has locked what the source has
     * (mount_namespaces(7)), then what was not mentioned is kept.
     *
     * @return whether mount_setattr(2) is there; if not, {@link #remountOld} has to follow
     */
    boolean bind(PlannedMount mount, int tree) {
        MountOptions options = mount.options();
        if (options.changesMount() && !bindOwn(mount, tree)) {
            return false;
        }
        if ((options.recursiveSet() | options.recursiveCleared()) != 0) {
            recursive(mount, tree);
        }
        return true;
    }

    /** Adds to a sequence of calls what {@link #bind} does first for options that change a new bind mount. */
    static void add(Kernel calls, MountOptions options, int tree) {
        long set = options.attributes();
        long clear = explicitlyCleared(options);
        boolean keep = options.has(MS_REMOUNT);
        calls.mountSetattr(tree, "", AT_EMPTY_PATH, set, keep ? clear : clear | EXCLUSIVE & ~set, 0, 0);
    }

    private boolean bindOwn(PlannedMount mount, int tree) {
        MountOptions options = mount.options();
        long set = options.attributes();
        long clear = explicitlyCleared(options);
        try {
            add(kernel, options, tree);
            return true;
        } catch (KernelException e) {
            if (e.is(Errno.ENOSYS)) {
                return false;
            }
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
        }
        try {
            kernel.mountSetattr(tree, "", AT_EMPTY_PATH, set, clear, 0, 0);
            return true;
        } catch (KernelException e) {
            throw MountFailure.of(mount, e, locked(options, tree));
        }
    }

    private static long explicitlyCleared(MountOptions options) {
        long clear = options.cleared() & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
        if ((options.cleared() & MS_NOSYMFOLLOW) != 0) {
            clear |= MOUNT_ATTR_NOSYMFOLLOW;
        }
        if (options.changesAtime()) {
            clear |= MOUNT_ATTR__ATIME;
        }
        if ((options.cleared() & MS_NODIRATIME) != 0) {
            clear |= MOUNT_ATTR_NODIRATIME;
        }
        return clear;
    }

    /** Which of the options asks for something that is locked. */
    private String locked(MountOptions options, int tree) {
        long present = kernel.fstatfs(tree).flags();
        StringBuilder names = new StringBuilder();
        name(names, options.cleared() & present & MS_RDONLY, "MS_RDONLY");
        name(names, options.cleared() & present & MS_NOSUID, "MS_NOSUID");
        name(names, options.cleared() & present & MS_NODEV, "MS_NODEV");
        name(names, options.cleared() & present & MS_NOEXEC, "MS_NOEXEC");
        if (!names.isEmpty()) {
            return "cannot clear locked flags " + names + ": the mount is locked by a more privileged user namespace";
        }
        return options.changesAtime() ? "cannot change locked atime flags" : "";
    }

    private static void name(StringBuilder names, long bit, String name) {
        if (bit != 0) {
            names.append(names.isEmpty() ? "" : "|").append(name);
        }
    }

    /** Applies the recursive options. */
    void recursive(PlannedMount mount, int tree) {
        MountOptions options = mount.options();
        try {
            kernel.mountSetattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, options.recursiveSet(),
                    options.recursiveCleared(), 0, 0);
        } catch (KernelException e) {
            if (e.is(Errno.ENOSYS)) {
                throw MountFailure.tooOld(mount, e, "a recursive mount option", "5.12");
            }
            throw MountFailure.of(mount, e, "by a recursive option of " + mount.mount().options());
        }
    }

    /** Changes the propagation of an attached mount, word by word. */
    void propagation(int tree, List<Long> changes) {
        for (long change : changes) {
            propagation(tree, change);
        }
    }

    /** Changes the propagation of an attached mount; {@code change} may have {@code MS_REC}. */
    void propagation(int tree, long change) {
        int flags = (change & MS_REC) != 0 ? AT_EMPTY_PATH | AT_RECURSIVE : AT_EMPTY_PATH;
        try {
            kernel.mountSetattr(tree, "", flags, 0, 0, change & ~MS_REC, 0);
        } catch (KernelException e) {
            if (!e.is(Errno.ENOSYS)) {
                throw e;
            }
            kernel.mount("", descriptor(tree), "", change, "");
        }
    }

    /** Makes a mount read-only, and leaves the rest as it is; false if mount_setattr(2) is not there. */
    boolean readOnly(int tree) {
        try {
            kernel.mountSetattr(tree, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY, 0, 0, 0);
            return true;
        } catch (KernelException e) {
            if (e.is(Errno.ENOSYS)) {
                return false;
            }
            throw e;
        }
    }

    /** The same by way of a sequence of calls: what stands for the result. */
    int readOnly(CallSequence calls, int tree) {
        return calls.mountSetattr(tree, "", AT_EMPTY_PATH, MOUNT_ATTR_RDONLY, 0, 0, 0);
    }

    /** Before Linux 5.12: remounts an attached bind mount with its options, and if it must with what it has, too. */
    void remountOld(int tree, MountOptions options) {
        long flags = MS_BIND | MS_REMOUNT | options.flags() & MountOptions.PER_MOUNT;
        try {
            kernel.mount("", descriptor(tree), "", flags, "");
        } catch (KernelException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            kernel.mount("", descriptor(tree), "", flags | existing(tree) & ~options.cleared(), "");
        }
    }

    /**
     * Before Linux 5.12: makes an attached mount read-only. Its descriptor gets a path by way of a procfs of our own,
     * since {@code /proc} may be the container's. The working directory is {@code /} afterwards.
     */
    void readOnlyOld(int tree) {
        try (PrivateProc proc = PrivateProc.open(kernel)) {
            kernel.fchdir(proc.descriptor());
            kernel.mount("", "self/fd/" + tree, "", MS_BIND | MS_REMOUNT | MS_RDONLY | existing(tree), "");
            kernel.chdir("/");
        }
    }

    /** {@code ST_*} of statfs(2) have the values of {@code MS_*}, but for relatime and nosymfollow (8192). */
    private long existing(int tree) {
        long present = kernel.fstatfs(tree).flags();
        long flags = present & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME);
        flags |= (present & ST_RELATIME) != 0 ? MS_RELATIME : 0;
        return flags | ((present & 8192) != 0 ? MS_NOSYMFOLLOW : 0);
    }

    static String descriptor(int fd) {
        return "/proc/self/fd/" + fd;
    }
}
