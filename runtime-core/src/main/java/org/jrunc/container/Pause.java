package org.jrunc.container;

import org.jrunc.cgroup.CgroupManager;
import org.jrunc.report.RuntimeFailure;

/** Stops and continues all processes of a container by the freezer of its cgroup. */
public final class Pause {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Pause(RuntimeContext context) {
        this.context = context;
    }

    /** Stops the processes of a running or created container; returns when they have stopped. */
    public void pause(String id) {
        Container container = Container.load(context, id);
        Journal lock = Journal.of(container);
        try {
            Status status = container.status();
            if (status != Status.RUNNING && status != Status.CREATED) {
                throw new RuntimeFailure("container not running");
            }
            manager(container).freeze();
        } finally {
            lock.close();
        }
    }

    /** Lets the processes of a paused container go on; returns when they do. */
    public void resume(String id) {
        Container container = Container.load(context, id);
        Journal lock = Journal.of(container);
        try {
            if (container.status() != Status.PAUSED) {
                throw new RuntimeFailure("container not paused");
            }
            manager(container).thaw();
        } finally {
            lock.close();
        }
    }

    private static CgroupManager manager(Container container) {
        return CgroupManager.of(container.record().cgroups());
    }
}
