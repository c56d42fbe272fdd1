package org.jrunc.seccomp;

import java.nio.charset.StandardCharsets;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.SeccompCall;
import org.jrunc.kernel.Sockets;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;

/**
 * The process that decides about the calls of a filter with SCMP_ACT_NOTIFY (seccomp_unotify(2)): it is at a socket,
 * and gets the filter's listener descriptor with the state of the container. A filter with a listener is loaded while
 * init has its brain, since that is what passes the descriptor on; all that init does from there on is watched by the
 * listener.
 */
public final class Listener implements AutoCloseable {

    private final Kernel brain;
    private final String path;
    private final int socket;

    private Listener(Kernel brain, String path, int socket) {
        this.brain = brain;
        this.path = path;
        this.socket = socket;
    }

    /** Connects to the listener ({@code listenerPath}). */
    public static Listener connect(Kernel brain, String path) {
        try {
            return new Listener(brain, path, Sockets.connect(brain, path));
        } catch (KernelException e) {
            throw new RuntimeFailure("failed to connect with seccomp agent specified in the seccomp profile:"
                    + " /linux/seccomp/listenerPath: " + e.getMessage(), e);
        }
    }

    /**
     * Loads the filter and passes its descriptor on.
     *
     * @param state {@code ContainerProcessState}, config-linux.md
     */
    public void load(Agent init, SeccompFilter filter, String state) {
        int remote;
        try {
            remote = (int) init.kernel().call(Syscall.SECCOMP, SeccompCall.load(filter.program(), filter.flags()));
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to load the system call filter: /linux/seccomp: seccomp: "
                    + Errno.name(e.errno()), e);
        }
        int local = fetch(init, remote);
        try {
            brain.sendDescriptor(socket, state.getBytes(StandardCharsets.UTF_8), local);
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to send the seccomp listener's descriptor to " + path
                    + " (/linux/seccomp/listenerPath): " + e.getMessage(), e);
        } finally {
            brain.close(local);
        }
        init.kernel().close(remote);
    }

    /** From outside, so that init makes no call that waits for the listener, who does not have it yet. */
    private int fetch(Agent init, int remote) {
        int pidfd = brain.pidfdOpen(init.pid());
        try {
            return brain.pidfdGetfd(pidfd, remote);
        } catch (KernelException e) {
            if (!e.is(Errno.EPERM) && !e.is(Errno.ENOSYS)) {
                throw e;
            }
            // Init is out of reach for a runtime without CAP_SYS_PTRACE; it has to send it itself.
            return init.kernel().fetch(remote);
        } finally {
            brain.close(pidfd);
        }
    }

    @Override
    public void close() {
        brain.close(socket);
    }
}
