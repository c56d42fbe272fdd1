package org.jrunc.cli;

import org.jrunc.container.Pause;

/** {@code pause ID}. */
final class PauseCommand extends Command {

    PauseCommand() {
        super("pause", "suspend all processes of a container");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Suspends all processes of a running or created container; returns when they have stopped. "resume"
                lets them go on.""";
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        new Pause(invocation.context()).pause(id);
        return Cli.EXIT_OK;
    }
}
