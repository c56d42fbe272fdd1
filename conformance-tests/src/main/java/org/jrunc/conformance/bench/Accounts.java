package org.jrunc.conformance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A cgroup of the {@code cpuacct} hierarchy for each runtime. Its callers, its server and, by their
 * {@code cgroupsPath}, its containers are in it, so nothing that it has somebody do is missing.
 */
final class Accounts {
    /** The group of the commands and of what stays of them. */
    static final String CALLERS = "callers";
    /** The group of the server. */
    static final String SERVER = "server";

    private final Path parent;

    /** Makes the parent of all. */
    Accounts(String cgroup) {
        Path mount = List.of("cpuacct", "cpu,cpuacct").stream().map(n -> Path.of("/sys/fs/cgroup").resolve(n))
                .filter(p -> Files.exists(p.resolve("cpuacct.usage"))).findFirst()
                .orElseThrow(() -> new BenchFailure("no cgroup v1 hierarchy with cpuacct"));
        parent = mount.resolve(cgroup);
    }

    /** Puts this thread, and so what it starts from now on, into a cgroup of a runtime's. */
    void enter(Subject subject, String group) {
        try {
            Path cgroup = Files.createDirectories(parent.resolve(subject.name()).resolve(group));
            Files.writeString(cgroup.resolve("tasks"), "0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** CPU time of everything of a runtime so far, in seconds. */
    double seconds(Subject subject) {
        return seconds(parent.resolve(subject.name()));
    }

    /** CPU time of one of its groups alone. */
    double seconds(Subject subject, String group) {
        return seconds(parent.resolve(subject.name()).resolve(group));
    }

    private static double seconds(Path cgroup) {
        return Long.parseLong(read(cgroup.resolve("cpuacct.usage"))) / 1e9;
    }

    /** The processes of such a group, but for this one. */
    List<Long> processes(Subject subject, String group) {
        return read(parent.resolve(subject.name()).resolve(group).resolve("cgroup.procs")).lines().map(Long::valueOf)
                .filter(pid -> pid != ProcessHandle.current().pid()).toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
