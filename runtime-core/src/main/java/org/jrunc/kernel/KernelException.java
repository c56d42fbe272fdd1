package org.jrunc.kernel;

/**
 * A system call that failed: which call, with what, and why. The message names the errno and not its text: engines
 * take words like "no such file or directory" anywhere on stderr for a statement about the user's command.
 */
public final class KernelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final String arguments;
    private final int errno;

    /**
     * A failed call.
     *
     * @param call      its name as in the manual
     * @param arguments its arguments, for a reader
     * @param errno     the positive error number
     */
    public KernelException(String call, String arguments, int errno) {
        super(call + "(" + arguments + "): " + Errno.name(errno));
        this.call = call;
        this.arguments = arguments;
        this.errno = errno;
    }

    /** The name of the call. */
    public String call() {
        return call;
    }

    /** Its arguments. */
    public String arguments() {
        return arguments;
    }

    /** The positive error number. */
    public int errno() {
        return errno;
    }

    /** Whether the error number is the given one. */
    public boolean is(int other) {
        return errno == other;
    }
}
