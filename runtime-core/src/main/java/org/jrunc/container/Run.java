package org.jrunc.container;

import org.jrunc.report.RuntimeFailure;

/** Creates and starts a container, and in the foreground waits for its end. */
public final class Run {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Run(RuntimeContext context) {
        this.context = context;
    }

    /**
     * Runs the container.
     *
     * @return the exit status for the caller: that of the program, 128 + n when signal n ended it, 0 when detached. A
     *         foreground run may never return: the process then becomes the container's monitor, and exits with that
     *         status itself
     */
    public int run(RunRequest request) {
        throw new RuntimeFailure("not built yet " + context);
    }
}
