package org.jrunc.cli;

import java.util.Optional;
import org.jrunc.container.Checkpoint;
import org.jrunc.container.CheckpointRequest;
import org.jrunc.report.RuntimeFailure;

/** {@code checkpoint [flags] ID}. */
final class CheckpointCommand extends Command {

    CheckpointCommand() {
        super("checkpoint", "save the processes of a container");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Saves a running or paused container as image files, from which "restore" makes it again, and
                removes it unless --leave-running or --pre-dump is given. The host's criu does the work; when it
                can not, the container runs on.""";
    }

    @Override
    void addOptions(Options options) {
        CriuCommandFlags.add(options);
        options.value("images of an earlier --pre-dump, relative to --image-path", "parent-path")
                .flag("do not end the container", "leave-running")
                .flag("leave out TCP connections that are being made", "tcp-skip-in-flight")
                .flag("give open files without a name one again", "link-remap")
                .value("descriptor to write a zero byte to when --lazy-pages can be fetched (default: -1)",
                        "status-fd")
                .value("ADDRESS:PORT of a page server to send the memory to", "page-server")
                .flag("save the memory only and do not end the container", "pre-dump");
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        Parsed line = invocation.line();
        new Checkpoint(invocation.context()).checkpoint(new CheckpointRequest(id, CriuCommandFlags.of(invocation),
                line.value("parent-path").filter(path -> !path.isEmpty()), line.flag("leave-running"),
                line.flag("pre-dump"), line.flag("tcp-skip-in-flight"), line.flag("link-remap"),
                statusFd(line.value("status-fd").orElse("-1")), pageServer(line.value("page-server").orElse(""))));
        return Cli.EXIT_OK;
    }

    private static int statusFd(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            String message = "invalid value \"" + value + "\" for flag -status-fd: parse error";
            throw new UsageException("Incorrect Usage: " + message, message);
        }
    }

    private static Optional<CheckpointRequest.PageServer> pageServer(String value) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        int colon = value.lastIndexOf(':');
        String address = value.substring(0, Math.max(0, colon));
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        if (address.isEmpty() || colon == value.length() - 1) {
            throw new RuntimeFailure("Use --page-server ADDRESS:PORT to specify page server");
        }
        try {
            return Optional.of(new CheckpointRequest.PageServer(address,
                    Integer.parseInt(value.substring(colon + 1))));
        } catch (NumberFormatException e) {
            throw new RuntimeFailure("Invalid port number \"" + value.substring(colon + 1) + "\" (--page-server)", e);
        }
    }
}
