package org.jrunc.cli;

import java.util.Map;
import java.util.OptionalLong;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.warm.Server;

/** {@code serve [--idle-exit 10m]}. */
final class ServeCommand extends Command {

    private static final long NANOS_PER_MILLI = 1_000_000;

    ServeCommand() {
        super("serve", "stay and carry out the commands of this user, without a start of the JVM for each");
    }

    @Override
    String arguments() {
        return "";
    }

    @Override
    String description() {
        return """
                Listens on /run/jrunc/@warm/socket, or below $XDG_RUNTIME_DIR for a user who is not root. Every
                jrunc of the same user and the same build finds it there and leaves its work to it; all that
                descends from a command still descends from it. Without a server, with JRUNC_WARM=off in the
                environment, and for who may do less or lives in other namespaces than the server, everything
                goes on as before. The server has no state: it can be ended and started at any time.""";
    }

    @Override
    void addOptions(Options options) {
        options.value("end after so long without a command, like 10m (default: never)", "idle-exit");
    }

    @Override
    int run(Invocation invocation) {
        invocation.exactly(0);
        Map<String, String> environment = invocation.context().environment();
        Server.serve(new WarmCommands(), invocation.context().log(), environment, RootDirectory.runtimeDirectory(environment),
                idleMillis(invocation.line().value("idle-exit").orElse("")));
        return Cli.EXIT_OK;
    }

    private static long idleMillis(String text) {
        if (text.isEmpty()) {
            return -1;
        }
        OptionalLong nanos = GoDuration.parse(text);
        if (nanos.isEmpty() || nanos.getAsLong() < NANOS_PER_MILLI) {
            throw new RuntimeFailure("invalid --idle-exit \"" + text + "\": must be a duration of at least 1ms");
        }
        return nanos.getAsLong() / NANOS_PER_MILLI;
    }
}
