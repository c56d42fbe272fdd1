package org.jrunc.process;

import java.nio.charset.StandardCharsets;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Sockets;
import org.jrunc.report.RuntimeFailure;

/**
 * The unix socket that gets the master of the container's terminal ({@code --console-socket}): one connection, one
 * message, one descriptor in it.
 */
public final class ConsoleSocket implements AutoCloseable {

    private final Kernel brain;
    private int socket;

    private ConsoleSocket(Kernel brain, int socket) {
        this.brain = brain;
        this.socket = socket;
    }

    /**
     * Checks that there is a console socket when one is needed, and only then.
     *
     * @param detached whether the runtime ends before the container ({@code create}, {@code --detach})
     * @param terminal {@code process.terminal}
     * @param given    whether {@code --console-socket} is
     */
    public static void check(boolean detached, boolean terminal, boolean given) {
        if (detached && terminal && !given) {
            throw new RuntimeFailure("cannot allocate tty if runc will detach without setting console socket"
                    + " (/process/terminal is true: give --console-socket)");
        }
        if ((!detached || !terminal) && given) {
            throw new RuntimeFailure("cannot use console socket if runc will not detach or allocate tty"
                    + " (--console-socket is for a detached container with /process/terminal true)");
        }
    }

    /** Connects: by path and from the host, so before anything of the container's is there. */
    public static ConsoleSocket connect(Kernel brain, String path) {
        try {
            return new ConsoleSocket(brain, Sockets.connect(brain, path));
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to connect to the console socket: --console-socket " + path + ": "
                    + e.call() + ": " + Errno.name(e.errno()) + hint(e), e);
        }
    }

    private static String hint(KernelException e) {
        if (e.is(Errno.ECONNREFUSED)) {
            return " (nobody listens on it)";
        }
        if (e.is(Errno.EAGAIN)) {
            return " (its listener has not accepted for 10 s)";
        }
        return e.is(Errno.ENOENT) ? " (there is no such socket)" : "";
    }

    /**
     * Sends the master. The caller keeps its own copy and closes it.
     *
     * @param master   the master, as a descriptor of the brain
     * @param terminal whose name goes along with it
     */
    public void send(int master, Terminal terminal) {
        send(master, terminal.payload());
    }

    /** Sends the master of a terminal that somebody else has made, and a name for it. */
    public void send(int master, String name) {
        send(master, name.getBytes(StandardCharsets.UTF_8));
    }

    private void send(int master, byte[] payload) {
        try {
            brain.sendDescriptor(socket, payload, master);
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to send the terminal to the console socket: " + e.getMessage()
                    + (e.is(Errno.EPIPE) ? " (its listener closed the connection)" : ""), e);
        }
    }

    @Override
    public void close() {
        if (socket >= 0) {
            brain.close(socket);
            socket = -1;
        }
    }
}
