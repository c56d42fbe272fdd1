package org.jrunc.kernel;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import org.jrunc.report.RuntimeFailure;

/**
 * A procfs that the container can not tamper with. What is at {@code /proc} is the container's business, with other
 * files mounted over those that the runtime must write to (CVE-2019-16884, CVE-2025-52881). So they are reached by way
 * of a procfs instance that is mounted nowhere; where the kernel denies that, by way of the one at {@code /proc},
 * without ever crossing to another mount.
 */
public final class PrivateProc implements AutoCloseable {

    private static final long ROOT_INODE = 1;
    private static final int DIRECTORY = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

    private final Kernel kernel;
    private final int fd;

    private PrivateProc(Kernel kernel, int fd) {
        this.kernel = kernel;
        this.fd = fd;
    }

    /**
     * Gets one.
     *
     * @param kernel the process that is to use it; it sees the pids of its pid namespace
     */
    public static PrivateProc open(Kernel kernel) {
        try {
            int context = kernel.fsopen("proc");
            try {
                kernel.fsconfigCreate(context);
                return new PrivateProc(kernel, kernel.fsmount(context,
                        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC));
            } finally {
                kernel.close(context);
            }
        } catch (KernelException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
        }
        return ofPath(kernel);
    }

    private static PrivateProc ofPath(Kernel kernel) {
        int fd;
        try {
            fd = kernel.openTree(Kernel.AT_FDCWD, "/proc", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
        } catch (KernelException e) {
            // Something below it is locked there.
            fd = kernel.openat2(Kernel.AT_FDCWD, "/proc", DIRECTORY, 0, RESOLVE_NO_SYMLINKS);
        }
        if (kernel.fstatfs(fd).type() != StatFs.PROC_SUPER_MAGIC
                || kernel.statx(fd, "", AT_EMPTY_PATH).inode() != ROOT_INODE) {
            kernel.close(fd);
            throw new RuntimeFailure("/proc in the container is not a procfs, and no other can be mounted");
        }
        return new PrivateProc(kernel, fd);
    }

    /** Its root directory, {@code O_PATH}. */
    public int descriptor() {
        return fd;
    }

    /** Opens a file by its path without {@code /proc/}; nothing mounted over it is entered. */
    public int open(String path, int flags) {
        return kernel.openat2(fd, path, flags | O_CLOEXEC | O_NOFOLLOW, 0,
                RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS);
    }

    /** Writes a value to a file, in one call. */
    public void write(String path, byte[] value) {
        writeAndClose(open(path, O_WRONLY), value);
    }

    /** Writes a value to a file that {@link #open} opened, in one call. */
    public void writeAndClose(int file, byte[] value) {
        try {
            kernel.write(file, value);
        } finally {
            kernel.close(file);
        }
    }

    @Override
    public void close() {
        kernel.close(fd);
    }
}
