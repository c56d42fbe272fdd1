package org.jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.container.Exec;
import org.jrunc.container.ExecRequest;
import org.jrunc.container.ProcessFlags;
import org.jrunc.report.RuntimeFailure;

/** {@code exec [flags] ID PROGRAM [ARGUMENT...]}. */
final class ExecCommand extends ExecBase {

    ExecCommand() {
        super("exec", "run a further program in a running container");
    }

    @Override
    String arguments() {
        return "<container-id> <program> [argument...]  |  -p process.json <container-id>";
    }

    @Override
    String description() {
        return """
                Runs a program in the namespaces, the root file system and the cgroup of a container, waits for
                its end and exits with its status (128 + n when signal n ended it). It runs as config.json says
                of the container's own process (user, environment, directory, limits), but for the flags; or as
                the file given by --process says, and then no other flag about the process counts. When exec
                itself fails it exits with 255. Flags go before the container's id: all that follows it belongs
                to the program.""";
    }

    @Override
    void addOptions(Options options) {
        options.value("unix socket that gets the terminal's descriptor", "console-socket")
                .value("unix socket that gets a pidfd of the process", "pidfd-socket")
                .value("working directory in the container", "cwd")
                .values("add a variable, KEY=value, to the environment (repeatable)", "env", "e")
                .flag("give the program a terminal", "tty", "t")
                .value("the user: uid[:gid], numbers", "user", "u")
                .values("add a supplementary group, a number (repeatable)", "additional-gids", "g")
                .value("file with the whole process as JSON, like \"process\" in config.json", "process", "p")
                .flag("return when the program runs instead of waiting for its end", "detach", "d")
                .value("file to write the host pid of the process to", "pid-file")
                .value("SELinux label of the process", "process-label")
                .value("AppArmor profile of the process", "apparmor")
                .triState("execve of the process may not grant privileges", "no-new-privs")
                .values("add a capability, CAP_NAME (repeatable)", "cap", "c")
                .value("pass this many more descriptors to the program, after stdio (default: 0)", "preserve-fds")
                .values("cgroup below the container's, [controller[,controller]:]path"
                        + " (repeatable)", "cgroup")
                .flag("wait for a paused container instead of refusing", "ignore-paused")
                .hiddenFlag("no-subreaper");
    }

    @Override
    int run(Invocation invocation) {
        List<String> arguments = invocation.between(1, Integer.MAX_VALUE);
        Parsed line = invocation.line();
        ProcessFlags flags = new ProcessFlags(arguments.subList(1, arguments.size()), line.value("cwd").orElse(""),
                line.values("env"), line.flag("tty"), line.value("user").orElse(""),
                gids(line.values("additional-gids")), line.value("process-label").orElse(""),
                line.value("apparmor").orElse(""), line.triState("no-new-privs"), line.values("cap"));
        return new Exec(invocation.context()).exec(new ExecRequest(arguments.get(0), invocation.path("process"), flags,
                line.flag("detach"), invocation.path("console-socket"), invocation.path("pidfd-socket"),
                invocation.path("pid-file"), ContainerOptions.preserveFds(line.value("preserve-fds").orElse("0")),
                line.values("cgroup"), line.flag("ignore-paused")));
    }

    private static List<Long> gids(List<String> values) {
        List<Long> gids = new ArrayList<>();
        for (String value : values) {
            long gid;
            try {
                gid = Long.parseLong(value);
            } catch (NumberFormatException e) {
                String message = "invalid value \"" + value + "\" for flag -g: not a number";
                throw new UsageException("Incorrect Usage: " + message, message);
            }
            if (gid < 0) {
                throw new RuntimeFailure("additional-gids must be a positive number " + gid);
            }
            gids.add(gid);
        }
        return gids;
    }
}
