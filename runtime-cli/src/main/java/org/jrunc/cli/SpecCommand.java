package org.jrunc.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.SpecTemplate;


/** {@code spec [--bundle DIR] [--rootless]}. */
final class SpecCommand extends Command {

    private static final String CONFIG = "config.json";

    /** Is there only if cgroup v2 is mounted at the usual place. */
    private static final Path CGROUP2 = Path.of("/sys/fs/cgroup/cgroup.controllers");

    SpecCommand() {
        super("spec", "write a config.json to start from");
    }

    @Override
    String arguments() {
        return "";
    }

    @Override
    String description() {
        return """
                Writes a config.json that runs a shell in new namespaces on the root file system "rootfs"
                beside it, to be edited to taste. With --rootless it can be run by a user other than root.""";
    }

    @Override
    void addOptions(Options options) {
        options.value("directory to write to (default: the current directory)", "bundle", "b")
                .flag("for a container that is not run by root", "rootless");
    }

    @Override
    int run(Invocation invocation) {
        invocation.exactly(0);
        Path directory = invocation.path("bundle").orElse(invocation.cwd());
        try {
            Files.writeString(directory.resolve(CONFIG), config(invocation.line().flag("rootless")),
                    StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new RuntimeFailure("File " + CONFIG + " exists. Remove it first", e);
        } catch (IOException e) {
            throw new RuntimeFailure("cannot write " + directory.resolve(CONFIG) + ": " + Reason.of(e), e);
        }
        return Cli.EXIT_OK;
    }

    private static String config(boolean rootless) {
        Caller caller = Caller.current();
        return SpecTemplate.config(rootless, caller.euid(), caller.egid(), Files.exists(CGROUP2));
    }
}
