package org.jrunc.process;

import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;
import org.jrunc.report.RuntimeFailure;

/** Descriptors 0, 1 and 2 of the container's process. */
public final class Stdio {

    private static final int COUNT = 3;
    private static final int MEM_MAJOR = 1;
    private static final int NULL_MINOR = 3;

    private Stdio() {
    }

    /**
     * Replaces what is open on the host's {@code /dev/null} by the container's, so that no descriptor leads out. Only
     * when the runtime made the container's {@code /dev}.
     *
     * @param kernel a process with the container's root
     */
    public static void reopenDevNull(Kernel kernel) {
        try {
            CallSequence calls = kernel.independent();
            Look look = new Look(calls);
            Block place = Block.out(Stat.SIZE);
            int[] opened = openDevNull(calls, OpenFlags.O_PATH, place);
            calls.run();
            boolean[] replaced = new boolean[COUNT];
            boolean any = false;
            for (int fd = 0; fd < COUNT; fd++) {
                replaced[fd] = look.isOpen(fd) && isDevNull(look.stat(fd));
                any |= replaced[fd];
            }
            if (any) {
                replace(kernel, replaced, isGenuine(calls, opened, place));
            }
        } catch (KernelException e) {
            throw new RuntimeFailure("error reopening /dev/null inside container: " + e.getMessage(), e);
        }
    }

    /** Looks before it opens, since opening another device may do something; and once more after. */
    private static void replace(Kernel kernel, boolean[] replaced, boolean genuine) {
        CallSequence calls = kernel.independent();
        Block stat = Block.out(Stat.SIZE);
        int[] opened = {CallSequence.NOT_MADE, CallSequence.NOT_MADE};
        if (genuine) {
            opened = openDevNull(calls, OpenFlags.O_RDWR | OpenFlags.O_NOCTTY, stat);
            calls.run();
        }
        if (!genuine || !isGenuine(calls, opened, stat)) {
            throw new RuntimeFailure("error reopening /dev/null inside container: /dev/null of the container is not"
                    + " the character device 1:3");
        }
        int own = calls.result(opened[0]);
        CallSequence copies = kernel.sequence();
        for (int fd = 0; fd < COUNT; fd++) {
            if (replaced[fd]) {
                copies.dup3(own, fd, 0);
            }
        }
        copies.close(own);
        copies.run();
    }

    /** Opens the container's, and looks at it: the answers of both. A descriptor for its place only is closed again. */
    private static int[] openDevNull(CallSequence calls, int flags, Block stat) {
        int root = ContainerRoot.open(calls);
        int fd = ContainerRoot.open(calls, root, "dev/null", flags | OpenFlags.O_NOFOLLOW);
        int looked = CallSequence.statx(calls, fd, stat);
        if (flags == OpenFlags.O_PATH) {
            calls.close(fd);
        }
        calls.close(root);
        return new int[] {fd, looked};
    }

    /** Whether the container's {@code /dev/null} is what it should be. */
    private static boolean isGenuine(CallSequence calls, int[] opened, Block stat) {
        int fd = calls.result(opened[0]);
        if (fd < 0 && fd != CallSequence.NOT_MADE) {
            throw new KernelException("openat2", "\"dev/null\"", -fd);
        }
        return calls.result(opened[1]) >= 0 && isDevNull(Stat.of(stat));
    }

    private static boolean isDevNull(Stat stat) {
        return stat.isCharDevice(MEM_MAJOR, NULL_MINOR);
    }

    /** What descriptors 0, 1 and 2 are open on: calls of a sequence, to be asked when they are made. */
    static final class Look {

        private final CallSequence calls;
        private final Block[] stats = new Block[COUNT];
        private final int[] answers = new int[COUNT];

        /** Adds the calls. A descriptor may be closed. */
        Look(CallSequence calls) {
            this.calls = calls;
            for (int fd = 0; fd < COUNT; fd++) {
                stats[fd] = Block.out(Stat.SIZE);
                answers[fd] = CallSequence.statx(calls.anyway(), fd, stats[fd]);
            }
        }

        boolean isOpen(int fd) {
            int result = calls.result(answers[fd]);
            if (result < 0 && result != -Errno.EBADF) {
                throw new KernelException("statx", Integer.toString(fd), -result);
            }
            return result >= 0;
        }

        Stat stat(int fd) {
            return Stat.of(stats[fd]);
        }
    }

    /**
     * Gives pipes, sockets and the files of stdout and stderr to the container's user, who else could not open
     * {@code /dev/stdout}. Never a device: it is the terminal or the disk of whoever has called, and stays so when the
     * container is gone; nor what stdin is read from. Where it is not possible they stay as they are: an owner who is not
     * mapped in the user namespace, a read-only file system.
     */
    public static void giveTo(Kernel kernel, long uid) {
        CallSequence calls = kernel.independent();
        Look look = new Look(calls);
        calls.run();
        giveTo(kernel, uid, look);
    }

    /** The same for what was looked at before. */
    static void giveTo(Kernel kernel, long uid, Look look) {
        for (int fd = 0; fd < COUNT; fd++) {
            try {
                if (look.isOpen(fd) && look.stat(fd).uid() != (int) uid && mayBeGiven(fd, look.stat(fd).type())) {
                    kernel.fchownat(fd, "", (int) uid, -1, OpenFlags.AT_EMPTY_PATH);
                }
            } catch (KernelException e) {
                boolean harmless = e.is(Errno.EPERM) || e.is(Errno.EINVAL) || e.is(Errno.EROFS)
                        || e.is(Errno.EBADF) || e.is(Errno.EOVERFLOW);
                if (!harmless) {
                    throw new RuntimeFailure("unable to give descriptor " + fd + " to the container's user: "
                            + e.getMessage(), e);
                }
            }
        }
    }

    private static boolean mayBeGiven(int fd, int type) {
        return type == Stat.S_IFIFO || type == Stat.S_IFSOCK || type == Stat.S_IFREG && fd > 0;
    }
}
