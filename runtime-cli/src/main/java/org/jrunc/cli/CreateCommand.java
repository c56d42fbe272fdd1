package org.jrunc.cli;

import org.jrunc.container.Create;

/** {@code create [flags] ID}. */
final class CreateCommand extends Command {

    CreateCommand() {
        super("create", "make a container from a bundle, ready to be started");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Makes a container from a bundle, a directory with a config.json and a root file system. The
                container is then complete (namespaces, mounts, cgroup, limits), and its first process waits
                for "start" to execute the program that config.json names. The id is yours to choose; it must
                be unique below --root.""";
    }

    @Override
    void addOptions(Options options) {
        ContainerOptions.add(options);
    }

    @Override
    String failurePrefix(String program) {
        return program + " create failed: ";
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        RootDirectory.prepare(invocation.context());
        new Create(invocation.context()).create(ContainerOptions.request(invocation, id));
        return Cli.EXIT_OK;
    }
}
