package org.jrunc.cli;

import org.jrunc.container.FailedRun;

/** {@code run-failed ID}: what the monitor of a foreground {@code run} becomes that could not start the container. */
final class RunFailedCommand extends Command {

    RunFailedCommand() {
        super("run-failed", "report a run whose container could not be started (called by run)");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return "Deletes the container and says why it could not be started. For use by \"run\" only.";
    }

    @Override
    String failurePrefix(String program) {
        return program + " run failed: ";
    }

    @Override
    int run(Invocation invocation) {
        new FailedRun(invocation.context()).report(invocation.exactly(1).get(0));
        return Cli.EXIT_OK;
    }
}
