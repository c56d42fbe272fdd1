package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Stat;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;

/**
 * {@code /dev/console}: the container's pseudo terminal, mounted from the descriptor that the terminal has given, never
 * from a path in {@code /dev/pts} that could have been exchanged (CVE-2025-52565).
 */
final class Console {

    /** Major numbers 136 to 143, {@code Documentation/admin-guide/devices.txt}. */
    private static final int UNIX98_PTY_SLAVE = 136;

    private Console() {
    }

    static void bind(Kernel kernel, SafePath paths, int ptySlave, RuntimeLog log) {
        Stat pty = kernel.statx(ptySlave, "", AT_EMPTY_PATH);
        long major = pty.rdev() >>> 8 & 0xfff;
        if (pty.type() != Stat.S_IFCHR || (major & ~7) != UNIX98_PTY_SLAVE) {
            throw new RuntimeFailure("error mounting console: the terminal is " + pty.kind()
                    + " and not a pseudo terminal");
        }
        int dev = paths.directory("/dev").fd();
        int target = -1;
        try {
            target = target(kernel, dev);
            if (target < 0) {
                log.warn("no /dev/console: it does not exist, and the file system it would be on is read-only");
                return;
            }
            int tree = kernel.openTree(ptySlave, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
            kernel.moveMount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
            kernel.close(tree);
        } catch (KernelException e) {
            throw new RuntimeFailure("error mounting console on \"/dev/console\": " + e.call() + ": "
                    + Errno.name(e.errno())
                    + (e.is(Errno.EINVAL) ? " (the terminal has to be from the container's own /dev/pts)" : ""), e);
        } finally {
            if (target >= 0) {
                kernel.close(target);
            }
            kernel.close(dev);
        }
    }

    private static int target(Kernel kernel, int dev) {
        try {
            kernel.mknodat(dev, "console", Stat.S_IFREG | 0600, 0);
        } catch (KernelException e) {
            if (e.is(Errno.EROFS)) {
                return -1;
            }
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        int fd = kernel.openat(dev, "console", O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
        Stat stat = kernel.statx(fd, "", AT_EMPTY_PATH);
        if (stat.isSymlink() || stat.isDirectory()) {
            kernel.close(fd);
            throw new RuntimeFailure("error mounting console: \"/dev/console\" in the container is " + stat.kind());
        }
        return fd;
    }
}
