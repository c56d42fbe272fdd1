package org.jrunc.container;

import java.util.List;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.report.RuntimeFailure;

/** Tells which processes are in a container. */
public final class Processes {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Processes(RuntimeContext context) {
        this.context = context;
    }

    /** The pids, on the host and sorted, of all processes of the container's cgroup and those below it. */
    public List<Integer> pids(String id) {
        Container container = Container.load(context, id);
        if (container.record().cgroups().isEmpty() && container.isAlive()) {
            throw new RuntimeFailure("this container has no cgroup, so nobody knows its processes");
        }
        return CgroupManager.of(container.record().cgroups()).processes();
    }
}
