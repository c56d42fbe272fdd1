package org.jrunc.cli;

import org.jrunc.container.Run;
import org.jrunc.container.RunRequest;

/** {@code run [flags] ID}. */
final class RunCommand extends Command {

    RunCommand() {
        super("run", "create and start a container, and wait for its end");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Makes a container from a bundle as "create" does, starts it, waits for its end, deletes it and
                exits with the status of its program (128 + n when signal n ended it). With --detach it
                returns as soon as the program runs.""";
    }

    @Override
    void addOptions(Options options) {
        ContainerOptions.add(options);
        options.flag("return when the program runs instead of waiting for its end", "detach", "d")
                .flag("do not delete the container after its end", "keep")
                .flag("do not become the reaper of processes that the container leaves behind", "no-subreaper");
    }

    @Override
    String failurePrefix(String program) {
        return program + " run failed: ";
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        RootDirectory.prepare(invocation.context());
        Parsed line = invocation.line();
        return new Run(invocation.context()).run(new RunRequest(ContainerOptions.request(invocation, id),
                line.flag("detach"), line.flag("keep"), line.flag("no-subreaper")));
    }
}
