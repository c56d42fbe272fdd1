package org.jrunc.process;

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
        int own = -1;
        try {
            for (int fd = 0; fd < COUNT; fd++) {
                if (!isDevNull(kernel, fd)) {
                    continue;
                }
                if (own < 0) {
                    own = openDevNull(kernel);
                }
                kernel.dup3(own, fd, 0);
            }
        } catch (KernelException e) {
            throw new RuntimeFailure("error reopening /dev/null inside container: " + e.getMessage(), e);
        } finally {
            if (own >= 0) {
                kernel.close(own);
            }
        }
    }

    private static boolean isDevNull(Kernel kernel, int fd) {
        try {
            return kernel.statx(fd, "", OpenFlags.AT_EMPTY_PATH).isCharDevice(MEM_MAJOR, NULL_MINOR);
        } catch (KernelException e) {
            if (e.is(Errno.EBADF)) {
                return false;
            }
            throw e;
        }
    }

    /** Looks before it opens, since opening another device may do something; and once more after. */
    private static int openDevNull(Kernel kernel) {
        try (ContainerRoot root = new ContainerRoot(kernel)) {
            int place = root.open("dev/null", OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW);
            boolean genuine = isDevNull(kernel, place);
            kernel.close(place);
            if (genuine) {
                int fd = root.open("dev/null", OpenFlags.O_RDWR | OpenFlags.O_NOFOLLOW | OpenFlags.O_NOCTTY);
                if (isDevNull(kernel, fd)) {
                    return fd;
                }
                kernel.close(fd);
            }
            throw new RuntimeFailure("error reopening /dev/null inside container: /dev/null of the container is not"
                    + " the character device 1:3");
        }
    }

    /**
     * Gives the descriptors to the container's user, who else could not open {@code /dev/stdout} or the terminal. Not
     * {@code /dev/null}, which is everyone's; and where that is not possible they stay as they are: an owner who is not
     * mapped in the user namespace, a read-only file system.
     */
    public static void giveTo(Kernel kernel, long uid) {
        for (int fd = 0; fd < COUNT; fd++) {
            try {
                Stat stat = kernel.statx(fd, "", OpenFlags.AT_EMPTY_PATH);
                if (stat.uid() != (int) uid && !stat.isCharDevice(MEM_MAJOR, NULL_MINOR)) {
                    // The group stays: that of a terminal is the devpts option gid=.
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
}
