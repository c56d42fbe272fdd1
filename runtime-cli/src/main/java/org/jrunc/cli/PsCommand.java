package org.jrunc.cli;

import java.util.List;
import org.jrunc.container.Processes;
import org.jrunc.container.Ps;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.JsonWriter;

/** {@code ps [--format table|json] ID [PS OPTIONS]}. */
final class PsCommand extends Command {

    PsCommand() {
        super("ps", "show the processes of a container");
    }

    @Override
    String arguments() {
        return "<container-id> [ps options]";
    }

    @Override
    String description() {
        return """
                Runs the host's "ps" with the given options (default: -ef) and prints the lines of the processes in
                the container's cgroup. Its output must have a column PID. With --format json only the host pids are
                printed, and "ps" is not needed.""";
    }

    @Override
    void addOptions(Options options) {
        options.value("table or json (default: table)", "format", "f");
    }

    @Override
    boolean stopsAtPositional() {
        return true;
    }

    @Override
    int run(Invocation invocation) {
        List<String> arguments = invocation.atLeast(1);
        List<Integer> pids = new Processes(invocation.context()).pids(arguments.get(0));
        switch (invocation.line().value("format").orElse("table")) {
            case "table" -> {
                for (String line : new Ps(invocation.context()).lines(arguments.subList(1, arguments.size()), pids)) {
                    invocation.out().print(line + "\n");
                }
            }
            case "json" -> invocation.out().print(json(pids) + "\n");
            default -> throw new RuntimeFailure("invalid format option");
        }
        return Cli.EXIT_OK;
    }

    /** Like Go, no pids at all are null. */
    private static String json(List<Integer> pids) {
        JsonWriter json = JsonWriter.compact();
        if (pids.isEmpty()) {
            return json.nullValue().toString();
        }
        json.beginArray();
        for (int pid : pids) {
            json.value(pid);
        }
        return json.endArray().toString();
    }
}
