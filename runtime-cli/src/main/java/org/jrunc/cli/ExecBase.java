package org.jrunc.cli;

/** How {@code exec} fails, and what follows its container's id is not its own: also of what reports such a failure. */
abstract class ExecBase extends Command {

    /** So that a caller can tell the runtime's failure from that of most programs. */
    private static final int FAILURE = 255;

    ExecBase(String name, String summary) {
        super(name, summary);
    }

    @Override
    final boolean stopsAtPositional() {
        return true;
    }

    @Override
    final String failurePrefix(String program) {
        return "exec failed: ";
    }

    @Override
    final int failureStatus() {
        return FAILURE;
    }
}
