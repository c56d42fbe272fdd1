package org.jrunc.cli;

import org.jrunc.container.Containers;
import org.jrunc.spec.StateJson;

/** {@code state ID}. */
final class StateCommand extends Command {

    StateCommand() {
        super("state", "print the state of a container as JSON");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Prints the state of the container as the OCI runtime specification defines it: id, status
                (creating, created, running, paused or stopped), host pid of its first process, bundle,
                annotations. The status is computed anew from the kernel's view at each call.""";
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        invocation.out().print(StateJson.state(new Containers(invocation.context()).state(id)));
        return Cli.EXIT_OK;
    }
}
