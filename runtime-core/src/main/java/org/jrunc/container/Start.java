package org.jrunc.container;

import org.jrunc.report.RuntimeFailure;

/** Lets a created container run its program. */
public final class Start {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Start(RuntimeContext context) {
        this.context = context;
    }

    /** Starts the container; returns when its program was executed, or throws when that failed. */
    public void start(String id) {
        throw new RuntimeFailure("not built yet " + context);
    }
}
