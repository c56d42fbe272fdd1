package org.jrunc.cli;

import java.util.List;
import org.jrunc.container.FailedExec;

/** {@code exec-failed ID PROGRAM}: what the monitor of a foreground {@code exec} becomes when execve(2) failed. */
final class ExecFailedCommand extends ExecBase {

    ExecFailedCommand() {
        super("exec-failed", "report an exec whose program could not be executed (called by exec)");
    }

    @Override
    String arguments() {
        return "<container-id> <program>";
    }

    @Override
    String description() {
        return "Says why a program could not be executed in a container. For use by \"exec\" only.";
    }

    @Override
    int run(Invocation invocation) {
        List<String> arguments = invocation.exactly(2);
        new FailedExec(invocation.context()).report(arguments.get(0), arguments.get(1));
        return Cli.EXIT_OK;
    }
}
