package org.jrunc.container;

import java.nio.charset.StandardCharsets;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeFailure;

/** {@code --pidfd-socket}: sends a pidfd of the new process to whoever listens, as runc does. */
final class PidfdSocket {

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;

    private PidfdSocket() {
    }

    /** @param kind what runc sends along: {@code standard} for init, {@code setns} for what exec adds */
    static void send(LibcKernel libc, String path, int pid, String kind) {
        int pidfd = libc.pidfdOpen(pid);
        int socket = libc.socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
        try {
            libc.connectUnix(socket, path);
            libc.sendDescriptor(socket, kind.getBytes(StandardCharsets.US_ASCII), pidfd);
        } catch (KernelException | IllegalArgumentException e) {
            throw new RuntimeFailure("unable to send the pidfd to " + path + " (--pidfd-socket): " + e.getMessage(), e);
        } finally {
            libc.close(socket);
            libc.close(pidfd);
        }
    }
}
