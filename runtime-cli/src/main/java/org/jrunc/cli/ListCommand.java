package org.jrunc.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jrunc.container.Containers;
import org.jrunc.container.Containers.Listed;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.State;
import org.jrunc.spec.StateJson;

/** {@code list [--format table|json] [--quiet]}. */
final class ListCommand extends Command {

    ListCommand() {
        super("list", "list the containers below --root");
    }

    @Override
    String arguments() {
        return "";
    }

    @Override
    String description() {
        return """
                Lists the containers that were made with the same --root, with their status. A container whose
                state can not be read is named on stderr and left out.""";
    }

    @Override
    void addOptions(Options options) {
        options.value("table or json (default: table)", "format", "f")
                .flag("only the ids", "quiet", "q");
    }

    @Override
    int run(Invocation invocation) {
        invocation.exactly(0);
        String format = invocation.line().value("format").orElse("table");
        if (!"table".equals(format) && !"json".equals(format)) {
            throw new RuntimeFailure("invalid format option");
        }
        PrintStream err = invocation.err();
        List<Listed> all = new Containers(invocation.context())
                .list((id, reason) -> err.print("load container " + id + ": " + reason + "\n"));
        if (invocation.line().flag("quiet")) {
            for (Listed listed : all) {
                invocation.out().print(listed.state().id() + "\n");
            }
            return Cli.EXIT_OK;
        }
        invocation.out().print("json".equals(format) ? json(all) : table(all));
        return Cli.EXIT_OK;
    }

    private static String table(List<Listed> all) {
        Table table = new Table().row("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");
        for (Listed listed : all) {
            State state = listed.state();
            table.row(state.id(), Integer.toString(state.pid()), state.status(), state.bundle(), state.created(),
                    listed.owner());
        }
        return table.toString();
    }

    private static String json(List<Listed> all) {
        List<StateJson.Owned> owned = new ArrayList<>(all.size());
        for (Listed listed : all) {
            owned.add(new StateJson.Owned(listed.state(), listed.owner()));
        }
        return StateJson.list(owned) + "\n";
    }
}
