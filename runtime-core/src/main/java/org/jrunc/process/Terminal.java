package org.jrunc.process;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;
import org.jrunc.kernel.StatFs;
import org.jrunc.kernel.Tty;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Box;

/**
 * A pseudo-terminal of the container's own devpts (pty(7)): the slave becomes its standard streams and controlling
 * terminal, the master goes to whoever attends it.
 */
public final class Terminal {

    /** The inode number of {@code ptmx} in every devpts. */
    private static final int PTMX_INODE = 2;
    private static final int PTMX_MAJOR = 5;
    private static final int PTMX_MINOR = 2;

    private final Kernel kernel;
    private final int master;
    private final int slave;
    private final String name;

    private Terminal(Kernel kernel, int master, int slave, String name) {
        this.kernel = kernel;
        this.master = master;
        this.slave = slave;
        this.name = name;
    }

    /**
     * Allocates one.
     *
     * @param kernel the container's process: it has the container's root and leads a session
     * @param uid    the container's user, who gets the slave
     * @param size   {@code process.consoleSize}
     */
    public static Terminal open(Kernel kernel, long uid, Optional<Box> size) {
        int master = -1;
        int slave = -1;
        try {
            master = openMaster(kernel);
            kernel.ioctl(master, Tty.TIOCSPTLCK, Block.in(4));
            // Not by its path, under which something else may be mounted (CVE-2025-52565).
            slave = kernel.ioctl(master, Tty.TIOCGPTPEER,
                    Arg.of(OpenFlags.O_RDWR | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC));
            Block number = Block.out(8);
            kernel.ioctl(master, Tty.TIOCGPTN, number);
            if (size.isPresent() && size.get().height() != 0 && size.get().width() != 0) {
                kernel.ioctl(master, Tty.TIOCSWINSZ,
                        Tty.winsize((int) size.get().height(), (int) size.get().width()));
            }
            chown(kernel, slave, uid);
            return new Terminal(kernel, master, slave, "/dev/pts/" + Integer.toUnsignedString(number.u32(0)));
        } catch (KernelException e) {
            if (master >= 0) {
                kernel.close(master);
            }
            if (slave >= 0) {
                kernel.close(slave);
            }
            throw new RuntimeFailure("unable to allocate a terminal: /process/terminal: " + e.getMessage(), e);
        }
    }

    /**
     * Opens {@code ptmx} in the directory {@code /dev/pts} once that is known to be a devpts. Below it nothing can be
     * made or renamed by anyone, and what is mounted over its entries is not followed; so there is no moment at which
     * another device could be opened instead.
     */
    private static int openMaster(Kernel kernel) {
        try (ContainerRoot root = new ContainerRoot(kernel)) {
            int directory;
            try {
                directory = root.open("dev/pts", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
            } catch (KernelException e) {
                throw new RuntimeFailure("unable to allocate a terminal: /process/terminal needs a devpts at /dev/pts,"
                        + " see /mounts: " + e.getMessage(), e);
            }
            try {
                if (kernel.fstatfs(directory).type() != StatFs.DEVPTS_SUPER_MAGIC) {
                    throw new RuntimeFailure("unable to allocate a terminal: /process/terminal needs a devpts at"
                            + " /dev/pts, what is there is another file system; see /mounts");
                }
                return verify(kernel, kernel.openat2(directory, "ptmx", OpenFlags.O_RDWR | OpenFlags.O_NOFOLLOW
                        | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC, 0, OpenFlags.RESOLVE_BENEATH
                        | OpenFlags.RESOLVE_NO_XDEV | OpenFlags.RESOLVE_NO_SYMLINKS));
            } catch (KernelException e) {
                throw new RuntimeFailure("unable to allocate a terminal: /process/terminal: " + e.getMessage()
                        + hint(e), e);
            } finally {
                kernel.close(directory);
            }
        }
    }

    private static String hint(KernelException e) {
        switch (e.errno()) {
            case Errno.EACCES:
                return " (mount /dev/pts with the option newinstance, and ptmxmode=0666)";
            case Errno.EXDEV:
                return " (something is mounted over /dev/pts/ptmx)";
            case Errno.ENOSPC:
                return " (all pseudo-terminals are in use: sysctl kernel.pty.max, option max= of the devpts)";
            default:
                return "";
        }
    }

    private static int verify(Kernel kernel, int master) {
        Stat stat = kernel.statx(master, "", OpenFlags.AT_EMPTY_PATH);
        if (stat.inode() == PTMX_INODE && stat.isCharDevice(PTMX_MAJOR, PTMX_MINOR)
                && kernel.fstatfs(master).type() == StatFs.DEVPTS_SUPER_MAGIC) {
            return master;
        }
        kernel.close(master);
        throw new RuntimeFailure("unable to allocate a terminal: /dev/pts/ptmx of the container is not the real one");
    }

    /** The group stays, that of the devpts option {@code gid=}; an unmapped user fails later, with a better message. */
    private static void chown(Kernel kernel, int slave, long uid) {
        try {
            kernel.fchownat(slave, "", (int) uid, -1, OpenFlags.AT_EMPTY_PATH);
        } catch (KernelException e) {
            if (!e.is(Errno.EPERM) && !e.is(Errno.EINVAL) && !e.is(Errno.EROFS)) {
                throw e;
            }
        }
    }

    /** The master's descriptor in the container's process, until {@link #attach}. */
    public int master() {
        return master;
    }

    /** The slave's descriptor in the container's process, until {@link #attach}; to be bound on /dev/console. */
    public int slave() {
        return slave;
    }

    /** The path of the slave in the container. */
    public String name() {
        return name;
    }

    /** The name as the payload of the message with the master. */
    byte[] payload() {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Makes the slave the controlling terminal and the standard streams, and closes the other descriptors. The brain
     * must have fetched the master before: with its last descriptor the session would get a SIGHUP.
     */
    public void attach() {
        try {
            kernel.ioctl(slave, Tty.TIOCSCTTY, Arg.of(0));
            for (int fd = 0; fd < 3; fd++) {
                kernel.dup3(slave, fd, 0);
            }
            kernel.close(slave);
            kernel.close(master);
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to attach the terminal " + name + ": /process/terminal: " + e.getMessage()
                    + (e.is(Errno.EPERM) ? " (the process leads no session, or another one has the terminal)" : ""),
                    e);
        }
    }
}
