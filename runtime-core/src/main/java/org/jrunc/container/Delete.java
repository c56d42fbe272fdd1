package org.jrunc.container;

import org.jrunc.report.RuntimeFailure;

/** Removes a stopped or created container and everything it held. */
public final class Delete {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Delete(RuntimeContext context) {
        this.context = context;
    }

    /**
     * Deletes the container.
     *
     * @param force kill it first if it runs; a container that does not exist is no error
     */
    public void delete(String id, boolean force) {
        throw new RuntimeFailure("not built yet " + context);
    }
}
