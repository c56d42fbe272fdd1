package org.jrunc.container;

import org.jrunc.cgroup.CgroupManager;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Signals;
import org.jrunc.report.RuntimeFailure;

/** Sends a signal to a container. */
public final class Kill {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Kill(RuntimeContext context) {
        this.context = context;
    }

    /**
     * Sends the signal to the init of the container.
     *
     * @param id     the container
     * @param signal a signal number
     * @param all    send it to every process of the container's cgroup, and do not mind that init has ended
     */
    public void kill(String id, int signal, boolean all) {
        Container container = Container.load(context, id);
        CgroupManager cgroup = CgroupManager.of(container.record().cgroups());
        boolean alive = container.isAlive();
        if (!alive && !all) {
            throw new RuntimeFailure("container not running");
        }
        LibcKernel kernel = LibcKernel.here();
        // Without a pid namespace of its own, the end of init does not end the container's other processes.
        boolean mayOutlive = signal == Signals.SIGKILL && !container.record().ownPidNs();
        if (mayOutlive && container.record().cgroups().isEmpty()) {
            // Nothing tells which they are. The words are runc's.
            context.log().warn("failed to kill all processes, possibly due to lack of cgroup (Hint: enable cgroup v2"
                    + " delegation)");
        }
        if (all || mayOutlive) {
            cgroup.killAll(kernel, signal);
        }
        if (alive && container.isAlive()) {
            int toInit = isLostOnInit(container, signal) ? Signals.SIGKILL : signal;
            signalInit(kernel, container, toInit, all || signal == Signals.SIGKILL);
        }
        if (signal == Signals.SIGKILL && !container.record().cgroups().isEmpty() && cgroup.isFrozen()) {
            // A frozen process dies only when it is thawed.
            cgroup.thaw();
        }
    }

    /**
     * Whether the signal is to end init and can not. Before {@code start} init has no handlers yet, and to pid 1 of a
     * pid namespace the kernel delivers only what has one, pid_namespaces(7). With runc, whose init is a Go program
     * until then and has Go's handlers, exactly these end it; engines stop a container with them that was never
     * started. Once a start has claimed the FIFO, init may be the program, which is asked and not killed.
     */
    private static boolean isLostOnInit(Container container, int signal) {
        return (signal == Signals.SIGTERM || signal == Signals.SIGINT || signal == Signals.SIGQUIT
                || signal == Signals.SIGHUP) && container.record().ownPidNs()
                && container.directory().startFifo().exists();
    }

    /** By pidfd, whose process is checked to be init and not a later one with the same pid. */
    private static void signalInit(LibcKernel kernel, Container container, int signal, boolean mayHaveEnded) {
        try {
            int pidfd = kernel.pidfdOpen(container.record().initPid());
            try {
                if (container.isAlive()) {
                    kernel.pidfdSendSignal(pidfd, signal);
                    return;
                }
            } finally {
                kernel.close(pidfd);
            }
        } catch (KernelException e) {
            if (!e.is(Errno.ESRCH)) {
                throw new RuntimeFailure("unable to signal init: " + Errno.text(e.errno()) + " (" + e.getMessage()
                        + ")", e);
            }
        }
        if (!mayHaveEnded) {
            throw new RuntimeFailure("container not running");
        }
    }
}
