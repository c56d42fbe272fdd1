package org.jrunc.container;

import org.jrunc.report.RuntimeFailure;

/**
 * The program had been found at {@code create}, but execve(2) refused it at {@code start}. A foreground {@code run}
 * then says what init of runc says on the container's stderr, and exits with 255 as it does.
 */
public final class ExecFailure extends RuntimeFailure {

    private static final long serialVersionUID = 1L;

    ExecFailure(String message) {
        super(message);
    }

    @Override
    public int exitStatus() {
        return 255;
    }
}
