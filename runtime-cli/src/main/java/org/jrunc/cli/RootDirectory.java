package org.jrunc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jrunc.container.RuntimeContext;
import org.jrunc.report.RuntimeFailure;

/** Where the state of containers lives. */
final class RootDirectory {

    /** The name of our directory in any run-time directory. */
    static final String NAME = "jrunc";

    /** For root. */
    static final String DEFAULT = "/run/" + NAME;

    private static final int OWNER_ONLY_AND_STICKY = 01700;
    private static final String ALL_IDS = "4294967295";

    private RootDirectory() {
    }

    /** The directory that {@code --root} names. */
    static Path given(String value, Path cwd) {
        Path root = cwd.resolve(value).normalize();
        if (root.getNameCount() == 0) {
            throw new RuntimeFailure("Option --root argument should not be set to /");
        }
        return root;
    }

    /** The directory without {@code --root}: for a user other than root, below {@code $XDG_RUNTIME_DIR}. */
    static Path byDefault(Map<String, String> environment) {
        String xdg = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (xdg.isEmpty() || !isRootless(environment)) {
            return Path.of(DEFAULT);
        }
        return Path.of(xdg, NAME);
    }

    /**
     * Makes the directory below {@code $XDG_RUNTIME_DIR}, sticky, which the XDG specification asks for lest it be
     * cleaned away. Any other is made by the core.
     */
    static void prepare(RuntimeContext context) {
        Path root = context.root();
        if (!context.rootIsDefault() || root.toString().equals(DEFAULT)) {
            return;
        }
        try {
            Files.createDirectories(root);
            Files.setAttribute(root, "unix:mode", OWNER_ONLY_AND_STICKY);
        } catch (IOException e) {
            throw new RuntimeFailure("the path in $XDG_RUNTIME_DIR must be writable by the user: " + root + ": "
                    + Reason.of(e), e);
        }
    }

    /** Not root, or root only within a user namespace (unless {@code $USER} says that it is meant to be root). */
    private static boolean isRootless(Map<String, String> environment) {
        try {
            if (!"0".equals(effectiveUid(Files.readString(Path.of("/proc/self/status"))))) {
                return true;
            }
            boolean initialNamespace = Files.readString(Path.of("/proc/self/uid_map")).contains(ALL_IDS);
            return !initialNamespace && !"root".equals(environment.get("USER"));
        } catch (IOException e) {
            throw new RuntimeFailure("cannot find out who calls, is /proc mounted? " + Reason.of(e), e);
        }
    }

    /** The second number of the line {@code Uid: real effective saved fs}, proc_pid_status(5). */
    private static String effectiveUid(String status) {
        int line = status.indexOf("\nUid:\t");
        int start = status.indexOf('\t', line + 6) + 1;
        return status.substring(start, status.indexOf('\t', start));
    }
}
