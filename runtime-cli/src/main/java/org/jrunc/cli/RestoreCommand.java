package org.jrunc.cli;

import java.util.Optional;
import org.jrunc.container.Restore;
import org.jrunc.container.RestoreRequest;

/** {@code restore [flags] ID}. */
final class RestoreCommand extends Command {

    RestoreCommand() {
        super("restore", "make a container from saved processes");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Makes a container from a bundle and the image files of "checkpoint". Its processes go on where they
                were. Waits for its end, deletes it and exits with the status of its program unless --detach is
                given. What was bound into the container is taken from the bundle's config.json.""";
    }

    @Override
    void addOptions(Options options) {
        CriuCommandFlags.add(options);
        options.value("the bundle: a directory with config.json (default: the current directory)", "bundle", "b")
                .value("unix socket that gets the terminal's descriptor", "console-socket")
                .value("file to write the host pid of the container's first process to", "pid-file")
                .flag("return when the container runs instead of waiting for its end", "detach", "d")
                .flag("do not become the reaper of processes that the container leaves behind", "no-subreaper")
                .flag("has no effect: criu changes the root", "no-pivot")
                .value("another security profile than the saved one: apparmor:NAME or selinux:LABEL", "lsm-profile")
                .value("another SELinux context of the mounts than the saved one", "lsm-mount-context");
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        RootDirectory.prepare(invocation.context());
        Parsed line = invocation.line();
        return new Restore(invocation.context()).restore(new RestoreRequest(id,
                invocation.path("bundle").orElse(invocation.cwd()), CriuCommandFlags.of(invocation),
                invocation.path("console-socket"), invocation.path("pid-file"), line.flag("detach"),
                line.flag("no-subreaper"), given(line, "lsm-profile"), given(line, "lsm-mount-context")));
    }

    private static Optional<String> given(Parsed line, String flag) {
        return line.value(flag).filter(value -> !value.isEmpty());
    }
}
