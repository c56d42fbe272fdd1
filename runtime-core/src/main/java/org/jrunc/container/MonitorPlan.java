package org.jrunc.container;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Monitor;
import org.jrunc.cgroup.CgroupManager;

/**
 * What the monitor of a container has to know.
 *
 * @param context   the global flags
 * @param container the container
 * @param master    descriptor of the terminal's master, -1 for none
 * @param cgroup    its cgroup
 */
record MonitorPlan(RuntimeContext context, Container container, int master, CgroupManager cgroup) {

    /**
     * The plan.
     *
     * @param keep  whether to leave the stopped container behind
     * @param start how to start it; empty when it runs already
     */
    Monitor.Plan of(boolean keep, Optional<Monitor.Start> start) {
        Optional<Monitor.Terminal> terminal = master < 0 ? Optional.empty()
                : Optional.of(HostTerminal.of(context.process(), master));
        StateRecord record = container.record();
        if (keep) {
            return new Monitor.Plan(record.initPid(), terminal, List.of(), List.of(), HostHooks.environment(context),
                    start);
        }
        StateDirectory directory = container.directory();
        // Poststop hooks, processes that outlive init and units of systemd are more than a monitor can take care of.
        boolean simple = !record.poststop() && record.ownPidNs() && record.unit().isEmpty();
        List<String> cleaner = new ArrayList<>(context.self());
        cleaner.addAll(List.of("delete", "--force", directory.id()));
        return new Monitor.Plan(record.initPid(), terminal, simple ? removals(start) : List.of(), cleaner,
                HostHooks.environment(context), start);
    }

    /** What a container has left on the host when it has ended, in the order in which it is to be removed. */
    private List<Monitor.Removal> removals(Optional<Monitor.Start> start) {
        List<Monitor.Removal> all = new ArrayList<>();
        // Compared as strings: the first equals of a record takes 12 ms to be made.
        for (String path : new LinkedHashSet<>(cgroup.paths().values())) {
            all.add(new Monitor.Removal(path, true));
        }
        StateDirectory directory = container.directory();
        String[] names = directory.path().list();
        for (String name : names == null ? new String[0] : names) {
            String path = directory.path() + "/" + name;
            if (start.isEmpty() || !start.get().files().contains(path)) {
                all.add(new Monitor.Removal(path, false));
            }
        }
        all.add(new Monitor.Removal(directory.path().getPath(), true));
        return all;
    }
}
