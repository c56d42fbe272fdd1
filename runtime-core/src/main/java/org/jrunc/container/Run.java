package org.jrunc.container;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Monitor;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeFailure;

/** Creates and starts a container, and in the foreground waits for its end. */
public final class Run {

    private static final int PR_SET_CHILD_SUBREAPER = 36;
    /** The exit status when the program could not be executed: init's, and so the caller's, as with runc. */
    private static final int NOT_EXECUTED = 255;

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
        LibcKernel libc = created.libc();
        created.release();
        try {
            if (!request.detach() && !request.noSubreaper()) {
                libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
            }
            new Start(context).start(created.container());
        } catch (Start.ExecFailure e) {
            context.log().log(org.jrunc.report.RuntimeLog.Level.ERROR, e.getMessage());
            remove(created);
            return NOT_EXECUTED;
        } catch (RuntimeException e) {
            remove(created);
            throw e;
        }
        if (request.detach()) {
            return 0;
        }
        Monitor.become(libc, plan(request, created));
        throw new RuntimeFailure("the container runs, but its monitor could not be executed");
    }

    private void remove(Created created) {
        created.init().reapIfEnded();
        try (Journal journal = Journal.lock(created.container().directory().path())) {
            new Teardown(context, created.container().directory(), journal).run();
        } catch (IOException gone) {
            context.log().debug("already deleted: " + gone.getMessage());
        }
        created.init().reapIfEnded();
    }

    private Monitor.Plan plan(RunRequest request, Created created) {
        Optional<Monitor.Terminal> terminal = created.master() < 0 ? Optional.empty()
                : Optional.of(HostTerminal.of(created.libc(), created.master()));
        int pid = created.init().pid();
        if (request.keep()) {
            return new Monitor.Plan(pid, terminal, List.of(), List.of(), List.of());
        }
        StateDirectory directory = created.container().directory();
        // Poststop hooks, and processes that outlive init, are more than a monitor can take care of.
        boolean simple = !created.container().record().poststop() && created.container().record().ownPidNs();
        return new Monitor.Plan(pid, terminal, simple ? removals(created) : List.of(), List.of(
                System.getProperty("java.home") + "/bin/jrunc", "--root", context.root().toString(), "delete",
                "--force", directory.id()), HostHooks.environment(context));
    }

    /** What a container has left on the host when it has ended, in the order in which it is to be removed. */
    private static List<Monitor.Removal> removals(Created created) {
        List<Monitor.Removal> all = new ArrayList<>();
        for (String cgroup : created.cgroup().paths().values()) {
            Monitor.Removal removal = new Monitor.Removal(cgroup, true);
            if (!all.contains(removal)) {
                all.add(removal);
            }
        }
        StateDirectory directory = created.container().directory();
        String[] names = directory.path().list();
        for (String name : names == null ? new String[0] : names) {
            all.add(new Monitor.Removal(directory.path() + "/" + name, false));
        }
        all.add(new Monitor.Removal(directory.path().getPath(), true));
        return all;
    }
}
