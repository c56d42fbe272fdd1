package org.jrunc.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.CommandProcess;
import org.jrunc.container.CgroupDriver;
import org.jrunc.container.RuntimeContext;
import org.jrunc.report.RuntimeFailure;

/** Turns the global flags into what the core wants to know. */
final class Contexts {

    private Contexts() {
    }

    static RuntimeContext of(Parsed line, Map<String, String> environment, Path cwd, Log log,
            CommandProcess process) {
        Optional<String> root = line.value("root");
        Path directory = root.isPresent() ? RootDirectory.given(root.get(), cwd) : RootDirectory.byDefault(environment);
        return new RuntimeContext(directory, root.isEmpty(), RootDirectory.cache(environment), cgroups(line),
                rootless(line), environment, log, process, self(line, directory, cwd));
    }

    /** How the monitor of a foreground run calls jrunc again, with the flags that decide where things are. */
    private static List<String> self(Parsed line, Path root, Path cwd) {
        List<String> self = new ArrayList<>();
        self.add(System.getProperty("java.home") + "/bin/jrunc");
        self.add("--root");
        self.add(root.toString());
        String log = line.value("log").orElse("");
        if (!log.isEmpty()) {
            self.add("--log");
            self.add(cwd.resolve(log).toString());
            self.add("--log-format");
            self.add(line.value("log-format").orElse(""));
        }
        if (line.flag("debug")) {
            self.add("--debug");
        }
        return self;
    }

    private static CgroupDriver cgroups(Parsed line) {
        String manager = line.value("cgroup-manager").orElse("");
        return switch (manager) {
            case "" -> line.flag("systemd-cgroup") ? CgroupDriver.SYSTEMD : CgroupDriver.CGROUPFS;
            case "systemd" -> CgroupDriver.SYSTEMD;
            case "cgroupfs" -> CgroupDriver.CGROUPFS;
            case "disabled" -> CgroupDriver.DISABLED;
            default -> throw new RuntimeFailure(
                    "invalid --cgroup-manager \"" + manager + "\": must be cgroupfs, systemd or disabled");
        };
    }

    private static Optional<Boolean> rootless(Parsed line) {
        String value = line.value("rootless").orElse("");
        Optional<Boolean> rootless = GoBoolean.parse(value);
        if (rootless.isEmpty() && !value.isEmpty() && !"auto".equals(value)) {
            throw new RuntimeFailure("invalid --rootless \"" + value + "\": must be true, false or auto");
        }
        return rootless;
    }
}
