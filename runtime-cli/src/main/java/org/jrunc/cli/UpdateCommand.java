package org.jrunc.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jrunc.container.Update;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/** {@code update [FLAGS] ID}. */
final class UpdateCommand extends Command {

    UpdateCommand() {
        super("update", "change the limits of a container");
    }

    @Override
    String arguments() {
        return "<container-id>";
    }

    @Override
    String description() {
        return """
                Changes limits of a created, running or paused container; what no flag names stays as it is.
                Sizes are bytes or take a unit (512M, 1.5g), -1 is no limit. Either all changes are made or none.

                --resources takes JSON in the form of linux.resources of config.json, such as
                {"memory": {"limit": 1073741824}, "cpu": {"shares": 512}, "pids": {"limit": 100}};
                other flags are ignored then. Rules for devices are not changed.""";
    }

    @Override
    void addOptions(Options options) {
        options.value("read the changes as JSON from this file, or from stdin for -", "resources", "r")
                .value("weight for block I/O, 10 to 1000", "blkio-weight")
                .value("length of a CPU period in microseconds", "cpu-period")
                .value("CPU time per period in microseconds", "cpu-quota")
                .value("CPU time that may be saved up in microseconds", "cpu-burst")
                .value("CPU shares, the relative weight against other containers", "cpu-share")
                .value("length of a realtime period in microseconds", "cpu-rt-period")
                .value("realtime CPU time per period in microseconds", "cpu-rt-runtime")
                .value("CPUs to use, like 0-2,4", "cpuset-cpus")
                .value("memory nodes to use", "cpuset-mems")
                .value("1 to give the container only CPU time that nobody else wants, 0 to end that", "cpu-idle")
                .hiddenValue("kernel-memory")
                .hiddenValue("kernel-memory-tcp")
                .value("memory limit", "memory")
                .value("soft memory limit", "memory-reservation")
                .value("limit of memory and swap together", "memory-swap")
                .value("how many processes there may be", "pids-limit")
                .value("Intel RDT L3 cache schema", "l3-cache-schema")
                .value("Intel RDT memory bandwidth schema", "mem-bw-schema");
    }

    @Override
    int run(Invocation invocation) {
        String id = invocation.exactly(1).get(0);
        Parsed line = invocation.line();
        String file = line.value("resources").orElse("");
        byte[] resources = file.isEmpty() ? new UpdateFlags(line).toJson() : read(invocation, file);
        new Update(invocation.context()).update(id, resources, "-".equals(file) ? "stdin" : file,
                given(line, "l3-cache-schema"), given(line, "mem-bw-schema"));
        return Cli.EXIT_OK;
    }

    private static Optional<String> given(Parsed line, String flag) {
        String value = line.value(flag).orElse("");
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private static byte[] read(Invocation invocation, String file) {
        try (InputStream in = "-".equals(file) ? new FileInputStream(FileDescriptor.in)
                : new FileInputStream(invocation.cwd().resolve(file).toFile())) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new RuntimeFailure("can not read " + file + " (--resources): " + Reason.of(e), e);
        }
    }
}
