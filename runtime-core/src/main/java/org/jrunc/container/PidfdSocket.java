package org.jrunc.container;

import java.nio.charset.StandardCharsets;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Sockets;
import org.jrunc.report.RuntimeFailure;

/** {@code --pidfd-socket}: sends a pidfd of the new process to whoever listens, as runc does. */
final class PidfdSocket {

    private PidfdSocket() {
    }

    /** @param kind what runc sends along: {@code standard} for init, {@code setns} for what exec adds */
    static void send(LibcKernel libc, String path, int pid, String kind) {
        int pidfd = libc.pidfdOpen(pid);
        int socket = -1;
        try {
            socket = Sockets.connect(libc, path);
            libc.sendDescriptor(socket, kind.getBytes(StandardCharsets.US_ASCII), pidfd);
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to send the pidfd to " + path + " (--pidfd-socket): " + e.getMessage(), e);
        } finally {
            if (socket >= 0) {
                libc.close(socket);
            }
            libc.close(pidfd);
        }
    }
}
