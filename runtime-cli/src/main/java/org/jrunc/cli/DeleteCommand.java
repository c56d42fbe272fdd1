package org.jrunc.cli;

import org.jrunc.container.Delete;

/** {@code delete [--force] ID}. */
final class DeleteCommand extends Command {

    DeleteCommand() {
        super("delete", "remove a container and everything it held");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Removes the cgroup and the state of a container that has stopped, or that was created and
                never started, and runs its poststop hooks.""";
    }

    @Override
    void addOptions(Options options) {
        options.flag("kill the container first if it runs; no error if it does not exist", "force", "f");
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        new Delete(invocation.context()).delete(id, invocation.line().flag("force"));
        return Cli.EXIT_OK;
    }
}
