package org.jrunc.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Launch;
import org.jrunc.agent.Monitor;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Prctl;
import org.jrunc.report.RuntimeFailure;

/** Creates and starts a container, and in the foreground waits for its end. */
public final class Run {

    /**
     * A system property: a foreground run does everything but become the monitor, which would end the JVM. So that the
     * training of the AOT cache can include it.
     */
    public static final String REHEARSAL = "jrunc.rehearsal";

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Run(RuntimeContext context) {
        this.context = context;
    }

    /**
     * Runs the container.
     *
     * @return the exit status for the caller: 0 when detached. A foreground run does not return when all went well:
     *         the process then becomes the container's monitor, and exits with the status of the container's program
     *         itself, or 128 + n when signal n ended it
     */
    public int run(RunRequest request) {
        Created created = new Creation(context, request.create(), request.detach()).create();
        if (!request.detach()) {
            return runInForeground(request, created);
        }
        created.release(context);
        try {
            new Start(context).start(created.container());
        } catch (RuntimeException e) {
            created.undo(context);
            throw e;
        }
        return 0;
    }

    private int runInForeground(RunRequest request, Created created) {
        try {
            return becomeMonitor(request, created);
        } catch (KernelException e) {
            created.undo(context);
            throw new RuntimeFailure("unable to become the container's monitor: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            created.undo(context);
            throw e;
        }
    }

    private int becomeMonitor(RunRequest request, Created created) {
        if (!request.noSubreaper()) {
            context.process().kernel().prctl(Prctl.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        }
        Optional<Monitor.Start> start = Optional.empty();
        if (created.container().record().poststart()) {
            // Hooks need this JVM once the container runs, which a signal to this process must not leave behind. The
            // monitor hears them again: it blocks signals, and those that are blocked are kept, ignored or not.
            Creation.ignoreSignals(context);
            created.release(context);
            new Start(context).start(created.container());
        } else {
            start = Optional.of(start(created));
        }
        Monitor.Plan plan = new MonitorPlan(context, created.container(), created.master(), created.cgroup())
                .of(request.keep(), start);
        if (Boolean.getBoolean(REHEARSAL)) {
            Monitor.rehearse(plan);
            created.journal().close();
            return 0;
        }
        context.process().become(plan);
        created.journal().close();
        return 0;
    }

    /** Leaves the start to the monitor. The FIFO changes its name first: nobody else can start the container then. */
    private Monitor.Start start(Created created) {
        StateDirectory directory = created.container().directory();
        LibcKernel libc = created.libc();
        if (!directory.startFifo().renameTo(directory.claimedFifo())) {
            throw new RuntimeFailure("cannot start an already running container");
        }
        int start = libc.openat(Kernel.AT_FDCWD, directory.claimedFifo().getPath(),
                OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
        // Does not wait: init has it open for writing.
        int status = libc.openat(Kernel.AT_FDCWD, directory.statusFifo().getPath(),
                OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        List<String> reporter = new ArrayList<>(context.self());
        reporter.add("run-failed");
        reporter.add(directory.id());
        Launch.Ready init = Launch.prepare(created.init(), created.launch());
        int[] given = context.process().give(init.socket(), start, status);
        return new Monitor.Start(new Launch.Ready(given[0], init.program()), given[1], given[2],
                List.of(directory.claimedFifo().getPath(), directory.statusFifo().getPath()), reporter);
    }
}
