package org.jrunc.kernel;

import java.nio.charset.StandardCharsets;

/** Families and types of socket(2), options of socket(7), and sockets of unix(7) that are reached by their path. */
public final class Sockets {

    public static final int AF_UNIX = 1;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_CLOEXEC = OpenFlags.O_CLOEXEC;
    public static final int SOL_SOCKET = 1;
    public static final int SO_PEERCRED = 17;
    public static final int SO_RCVTIMEO = 20;
    public static final int SO_SNDTIMEO = 21;

    /** {@code sizeof(sun_path)} less the final NUL. */
    private static final int LONGEST_PATH = 107;
    private static final long SECONDS = 10;

    private Sockets() {
    }

    /**
     * Connects to the stream socket at a path, which may be longer than an address can be. Neither connecting nor
     * sending through it takes longer than 10 s: whoever listens may have stopped to accept and to read.
     *
     * @return the descriptor, with the close-on-exec flag
     * @throws KernelException when that fails, with EAGAIN when the time was over; nothing is left open then
     */
    public static int connect(Kernel kernel, String path) {
        return connect(kernel, path, SECONDS);
    }

    static int connect(Kernel kernel, String path, long seconds) {
        int socket = kernel.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        try {
            kernel.call(Syscall.SETSOCKOPT, Arg.of(socket), Arg.of(SOL_SOCKET), Arg.of(SO_SNDTIMEO),
                    Block.in(16).u64(0, seconds), Arg.of(16));
            if (path.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH) {
                kernel.connectUnix(socket, path);
            } else {
                connectThroughDirectory(kernel, socket, path);
            }
            return socket;
        } catch (RuntimeException e) {
            kernel.close(socket);
            throw e;
        }
    }

    private static void connectThroughDirectory(Kernel kernel, int socket, String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        int directory = kernel.openat(Kernel.AT_FDCWD, slash < 0 ? "." : path.substring(0, slash + 1),
                OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        try {
            kernel.connectUnix(socket, "/proc/self/fd/" + directory + "/" + name);
        } catch (IllegalArgumentException stillTooLong) {
            throw new KernelException("connect", path, Errno.ENAMETOOLONG);
        } finally {
            kernel.close(directory);
        }
    }
}
