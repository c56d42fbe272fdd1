package org.jrunc.cli;

import java.util.List;
import org.jrunc.container.Kill;
import org.jrunc.report.RuntimeFailure;

/** {@code kill ID [SIGNAL]}. */
final class KillCommand extends Command {

    KillCommand() {
        super("kill", "send a signal (default: SIGTERM) to the first process of a container");
    }

    @Override
    String arguments() {
        return "<container-id> [signal]";
    }

    @Override
    String description() {
        return """
                The signal is a number or a name, with or without SIG, in any case: KILL, sigkill and 9 are the
                same. The real-time signals are RTMIN, RTMIN+1 and so on to RTMAX.""";
    }

    @Override
    void addOptions(Options options) {
        options.hiddenFlag("all", "a");
    }

    @Override
    boolean stopsAtPositional() {
        return true;
    }

    @Override
    int run(Invocation invocation) {
        List<String> given = invocation.line().arguments();
        // As runc does: what follows the container may be parted from it by the end of the flags.
        boolean parted = given.size() == 3 && "--".equals(given.get(1));
        List<String> arguments = parted ? List.of(given.get(0), given.get(2)) : invocation.between(1, 2);
        String signal = arguments.size() > 1 ? arguments.get(1) : "SIGTERM";
        int number = Signals.number(signal)
                .orElseThrow(() -> new RuntimeFailure("unknown signal \"" + signal + "\""));
        new Kill(invocation.context()).kill(arguments.get(0), number, invocation.line().flag("all"));
        return Cli.EXIT_OK;
    }
}
