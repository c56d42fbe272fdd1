package org.jrunc.warm;

import java.util.Map;
import org.jrunc.agent.WarmProtocol;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Sockets;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;

/** The socket on which clients arrive: of systemd's making (sd_listen_fds(3)), or of our own. */
final class ServerSocket {

    private static final int FIRST_PASSED = 3;
    private static final int F_SETFL = 4;
    private static final int BACKLOG = 4096;
    private static final int OWNER_ONLY = 0700;
    private static final int ALL_BUT_OWNER_RW = 0177;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    private final int fd;
    /** Empty when the socket is systemd's. */
    private final String path;

    private ServerSocket(int fd, String path) {
        this.fd = fd;
        this.path = path;
    }

    /** Waits for a client; returns the connection, or a negative errno. May be called by any number of threads. */
    long accept(LibcKernel kernel) {
        return kernel.invoke(Syscall.ACCEPT4, Arg.of(fd), Arg.none(), Arg.none(), Arg.of(Sockets.SOCK_CLOEXEC));
    }

    /** Removes the socket, if it is our own: clients go cold at once. */
    void remove(LibcKernel kernel) {
        if (!path.isEmpty()) {
            kernel.invoke(Syscall.UNLINKAT, Arg.of(Kernel.AT_FDCWD), Arg.text(path), Arg.of(0));
        }
    }

    /**
     * Begins to listen.
     *
     * @param runtimeDirectory where the sockets of this user are: /run, or what XDG_RUNTIME_DIR says
     * @throws RuntimeFailure when that fails, or a server listens there already
     */
    static ServerSocket listen(LibcKernel libc, Map<String, String> environment, String runtimeDirectory) {
        if (environment.getOrDefault("LISTEN_PID", "").equals(Integer.toString(libc.getpid()))) {
            if (!"1".equals(environment.get("LISTEN_FDS"))) {
                throw new RuntimeFailure("LISTEN_FDS must be 1: the unit is to have one ListenStream");
            }
            // Its threads wait in accept(2).
            libc.fcntl(FIRST_PASSED, F_SETFL, 0);
            return new ServerSocket(FIRST_PASSED, "");
        }
        String path = runtimeDirectory + "/" + WarmProtocol.SOCKET;
        try {
            return new ServerSocket(bind(libc, path), path);
        } catch (KernelException e) {
            throw new RuntimeFailure(e.is(Errno.EAGAIN) ? "a server listens on " + path + " already"
                    : "can not listen on " + path + ": " + e.getMessage(), e);
        }
    }

    private static int bind(LibcKernel libc, String path) {
        String directory = path.substring(0, path.lastIndexOf('/'));
        makeDirectory(libc, directory.substring(0, directory.lastIndexOf('/')));
        makeDirectory(libc, directory);
        // Held until this process ends: it tells a server's socket from one that a crashed server has left behind.
        int lock = libc.openat(Kernel.AT_FDCWD, directory + "/lock",
                OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_CLOEXEC, 0600);
        libc.flock(lock, LOCK_EX | LOCK_NB);
        libc.invoke(Syscall.UNLINKAT, Arg.of(Kernel.AT_FDCWD), Arg.text(path), Arg.of(0));
        int socket = libc.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC, 0);
        byte[] name = Block.zeroTerminated(path);
        Block address = Block.in(2 + name.length).u16(0, Sockets.AF_UNIX);
        System.arraycopy(name, 0, address.bytes(), 2, name.length);
        int before = libc.umask(ALL_BUT_OWNER_RW);
        try {
            libc.call(Syscall.BIND, Arg.of(socket), address, Arg.of(2 + name.length));
        } finally {
            libc.umask(before);
        }
        libc.call(Syscall.LISTEN, Arg.of(socket), Arg.of(BACKLOG));
        return socket;
    }

    private static void makeDirectory(LibcKernel libc, String path) {
        long made = libc.invoke(Syscall.MKDIRAT, Arg.of(Kernel.AT_FDCWD), Arg.text(path), Arg.of(OWNER_ONLY));
        if (made != -Errno.EEXIST) {
            libc.check(made, Syscall.MKDIRAT, Arg.text(path));
        }
    }
}
