package org.jrunc.cli;

/** The flags that every command takes, before or after its name. */
final class GlobalOptions {

    private GlobalOptions() {
    }

    /** Their model. */
    static Options options() {
        return new Options()
                .flag("write debug records to the log", "debug")
                .value("append the log to this file instead of writing it to stderr", "log")
                .value("format of the log: text or json (default: text)", "log-format")
                .value("least level that is logged: error, warning, info or debug (default: info)", "log-level")
                .value("directory that holds the state of containers (default: " + RootDirectory.DEFAULT
                        + ", rootless: $XDG_RUNTIME_DIR/" + RootDirectory.NAME + ")", "root")
                .flag("let systemd make the cgroups; cgroupsPath is then \"slice:prefix:name\"", "systemd-cgroup")
                .value("who makes cgroups: cgroupfs (default), systemd as with --systemd-cgroup, or disabled",
                        "cgroup-manager")
                .value("ignore cgroup permission errors: true, false or auto (default: auto)", "rootless")
                .hiddenValue("criu")
                .flag("show help", "help", "h")
                .flag("print the version", "version", "v");
    }
}
