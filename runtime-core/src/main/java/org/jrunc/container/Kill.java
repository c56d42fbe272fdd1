package org.jrunc.container;

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
        throw new RuntimeFailure("not built yet " + context);
    }
}
