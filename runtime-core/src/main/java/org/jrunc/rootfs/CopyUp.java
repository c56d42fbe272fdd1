package org.jrunc.rootfs;

import static org.jrunc.kernel.OpenFlags.*;

import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Dirent;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Stat;
import org.jrunc.kernel.Syscall;

/**
 * {@code tmpcopyup}: a tmpfs starts with what the directory below it has. It is filled before it is attached, so
 * nothing shows while it is half full, and no scratch directory on the host is needed. Owners, modes, times and
 * extended attributes are kept, nothing is followed.
 */
final class CopyUp {

    private static final int DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    private static final long CHUNK = 1 << 30;

    private final Kernel kernel;

    CopyUp(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Copies what is in one directory to another; the directories themselves are made alike, too. */
    void copy(int fromPath, int toPath) {
        int from = kernel.openat(fromPath, ".", DIRECTORY, 0);
        int to = kernel.openat(toPath, ".", DIRECTORY, 0);
        Stat stat = kernel.statx(from, "", AT_EMPTY_PATH);
        content(from, to);
        attributes(from, to);
        // The mode is the mount's: it was inherited, or asked for by mode=.
        kernel.fchownat(to, "", stat.uid(), stat.gid(), AT_EMPTY_PATH);
        kernel.close(from);
        kernel.close(to);
    }

    private void content(int from, int to) {
        for (Dirent entry : Dirent.all(kernel, from)) {
            String name = entry.name();
            Stat stat = kernel.statx(from, name, AT_SYMLINK_NOFOLLOW);
            switch (stat.type()) {
                case Stat.S_IFDIR:
                    directory(from, to, name, stat);
                    break;
                case Stat.S_IFREG:
                    file(from, to, name, stat);
                    break;
                case Stat.S_IFLNK:
                    kernel.symlinkat(kernel.readlinkat(from, name), to, name);
                    kernel.fchownat(to, name, stat.uid(), stat.gid(), AT_SYMLINK_NOFOLLOW);
                    times(from, name, to);
                    break;
                default:
                    kernel.mknodat(to, name, stat.mode(), stat.rdev());
                    kernel.fchownat(to, name, stat.uid(), stat.gid(), AT_SYMLINK_NOFOLLOW);
                    times(from, name, to);
            }
        }
    }

    private void directory(int from, int to, String name, Stat stat) {
        kernel.mkdirat(to, name, 0700);
        int source = kernel.openat(from, name, DIRECTORY, 0);
        int target = kernel.openat(to, name, DIRECTORY, 0);
        content(source, target);
        finish(source, target, stat);
        times(from, name, to);
        kernel.close(source);
        kernel.close(target);
    }

    private void file(int from, int to, String name, Stat stat) {
        int source = kernel.openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0);
        int target = kernel.openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        while (kernel.sendfile(target, source, CHUNK) > 0) {
            // The kernel goes on where it stopped.
        }
        finish(source, target, stat);
        times(from, name, to);
        kernel.close(source);
        kernel.close(target);
    }

    /** Owner before mode: chown(2) takes away the set-id bits; attributes last: it takes away capabilities. */
    private void finish(int source, int target, Stat stat) {
        kernel.fchownat(target, "", stat.uid(), stat.gid(), AT_EMPTY_PATH);
        kernel.fchmod(target, stat.permissions());
        attributes(source, target);
    }

    private void attributes(int source, int target) {
        List<String> names;
        try {
            names = kernel.flistxattr(source);
        } catch (KernelException e) {
            // A file system without them.
            return;
        }
        for (String name : names) {
            try {
                kernel.fsetxattr(target, name, kernel.fgetxattr(source, name));
            } catch (KernelException e) {
                // tmpfs has no user.* before Linux 6.6; others need more privileges than a user namespace gives.
                if (!e.is(Errno.EOPNOTSUPP) && !e.is(Errno.EPERM)) {
                    throw e;
                }
            }
        }
    }

    /** Takes over the time of last modification; the access time becomes the same. */
    private void times(int from, String name, int to) {
        Block statx = Block.out(256);
        kernel.call(Syscall.STATX, Arg.of(from), Arg.text(name), Arg.of(AT_SYMLINK_NOFOLLOW), Arg.of(0x40), statx);
        Block times = Block.in(32);
        for (int at = 0; at < 32; at += 16) {
            // struct statx has the time of modification at 112, seconds and then nanoseconds.
            times.u64(at, statx.u64(112)).u64(at + 8, statx.u32(120));
        }
        kernel.call(Syscall.UTIMENSAT, Arg.of(to), Arg.text(name), times, Arg.of(AT_SYMLINK_NOFOLLOW));
    }
}
