package org.jrunc.container;

import java.util.List;
import org.jrunc.cgroup.CgroupManager;

/** Tells which processes are in a container. */
public final class Processes {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Processes(RuntimeContext context) {
        this.context = context;
    }

    /** The pids, on the host and sorted, of all processes of the container's cgroup and those below it. */
    public List<Integer> pids(String id) {
        return CgroupManager.of(Container.load(context, id).record().cgroups()).processes();
    }
}
