package org.jrunc.cli;

import org.jrunc.container.Start;

/** {@code start ID}. */
final class StartCommand extends Command {

    StartCommand() {
        super("start", "let a created container run its program");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Starts the program of a container that was made with "create". Returns when the program has
                been executed, or fails with the reason why it could not be.""";
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        new Start(invocation.context()).start(id);
        return Cli.EXIT_OK;
    }
}
