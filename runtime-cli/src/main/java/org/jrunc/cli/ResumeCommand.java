package org.jrunc.cli;

import org.jrunc.container.Pause;

/** {@code resume ID}. */
final class ResumeCommand extends Command {

    ResumeCommand() {
        super("resume", "resume all processes of a paused container");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Lets all processes of a container that was paused go on.""";
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        new Pause(invocation.context()).resume(id);
        return Cli.EXIT_OK;
    }
}
