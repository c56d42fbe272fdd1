package org.jrunc.report;

/**
 * What the user sees when an operation fails: one self-contained line. Phrases that engines match (feature-map rows
 * 17 to 26) come first and verbatim; field, call, errno and hint follow.
 */
public class RuntimeFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A failure without a cause worth keeping. */
    public RuntimeFailure(String message) {
        super(message);
    }

    /** A failure with the exception that led to it; the message must stand on its own all the same. */
    public RuntimeFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** What the command is to exit with. */
    public int exitStatus() {
        return 1;
    }
}
