package org.jrunc.container;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Launch;
import org.jrunc.agent.Monitor;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeFailure;

/** Runs a further program in a running container. */
public final class Exec {

    private static final int POLLIN = 1;
    private static final long DEADLINE_MILLIS = 30_000;
    private static final long PAUSE_MILLIS = 20;

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Exec(RuntimeContext context) {
        this.context = context;
    }

    /**
     * Runs the program. Also in a container that is not started yet, as with runc.
     *
     * @return 0 when detached, once the program runs. In the foreground this does not return when all went well: the
     *         process then becomes the program's monitor, as for {@link Run}, and exits with its status
     */
    public int exec(ExecRequest request) {
        Container container = Container.load(context, request.id());
        Status status = check(container, request.ignorePaused());
        if (request.process().isEmpty() && request.flags().args().isEmpty()) {
            throw new RuntimeFailure("process args cannot be empty: give a program, or --process");
        }
        Joined joined = new Joining(context, request, container, status).join();
        try {
            start(joined, request.detach());
            return 0;
        } catch (ExecFailure e) {
            joined.undo();
            throw e;
        } catch (RuntimeException e) {
            joined.undo();
            throw new RuntimeFailure("unable to start container process: " + e.getMessage(), e);
        }
    }

    private void start(Joined joined, boolean detach) {
        boolean rehearsal = Boolean.getBoolean(Run.REHEARSAL);
        if (detach) {
            Launch.release(joined.process(), joined.launch());
            judge(joined.container(), told(joined), joined.launch().path());
        } else if (rehearsal) {
            Monitor.rehearse(plan(joined));
        } else {
            context.process().become(plan(joined));
        }
        if (rehearsal) {
            // This JVM goes on, and the end of the container would wait until the process is reaped.
            joined.process().killAndReap();
        }
    }

    /** Returns the container's status, if one can join it. */
    private static Status check(Container container, boolean ignorePaused) {
        Status status = container.status();
        while (status == Status.PAUSED && ignorePaused) {
            // In a frozen cgroup the agent would stop half-way. The one wait without a deadline: it was asked for.
            pause();
            status = container.status();
        }
        if (status == Status.STOPPED) {
            throw new RuntimeFailure("cannot exec in a stopped container");
        }
        if (status == Status.PAUSED) {
            throw new RuntimeFailure("cannot exec in a paused container (use --ignore-paused to override)");
        }
        return status;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted while the container is paused", e);
        }
    }

    /** What the process tells, up to the end of the pipe: its last copy closes at execve. */
    private static byte[] told(Joined joined) {
        LibcKernel libc = joined.libc();
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        for (;;) {
            if (libc.poll(joined.told(), POLLIN, DEADLINE_MILLIS) == 0) {
                throw new RuntimeFailure(joined.launch().path() + " was not executed within " + DEADLINE_MILLIS / 1000
                        + " s (is the container paused?)");
            }
            byte[] part = libc.read(joined.told(), 64);
            if (part.length == 0) {
                return told.toByteArray();
            }
            told.writeBytes(part);
        }
    }

    /** Turns what the process told into the failure it stands for, or nothing. */
    static void judge(Container container, byte[] told, String program) {
        if (told.length == 0) {
            throw new RuntimeFailure("the process died before it could execute " + program
                    + Joining.oom(container));
        }
        ExecFailure.check(told, program);
    }

    private Monitor.Plan plan(Joined joined) {
        Optional<Monitor.Terminal> terminal = joined.master() < 0 ? Optional.empty()
                : Optional.of(HostTerminal.of(context.process(), joined.master()));
        List<String> reporter = new ArrayList<>(context.self());
        reporter.addAll(List.of("exec-failed", joined.container().record().id(), joined.launch().path()));
        Launch.Ready process = Launch.prepare(joined.process(), joined.launch());
        int[] given = context.process().give(process.socket(), joined.told());
        Monitor.Start start = new Monitor.Start(new Launch.Ready(given[0], process.program()), Launch.AT_ONCE, given[1],
                List.of(), reporter);
        return new Monitor.Plan(joined.process().pid(), terminal, List.of(), List.of(),
                HostHooks.environment(context), Optional.of(start));
    }
}
