package org.jrunc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jrunc.container.RuntimeContext;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/** Where the state of containers lives. */
final class RootDirectory {

    /** The name of our directory in any run-time directory. */
    static final String NAME = "jrunc";

    /** For root. */
    static final String DEFAULT = "/run/" + NAME;

    private static final int OWNER_ONLY_AND_STICKY = 01700;

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

    /** Where sockets and the like of this user are. */
    static String runtimeDirectory(Map<String, String> environment) {
        return byDefault(environment).getParent().toString();
    }

    /**
     * Where compiled filters are kept: in the directory that is the default, whatever {@code --root} says. A containerd
     * looks after its state root and wants it empty in the end, and engines can share filters.
     */
    static Path cache(Map<String, String> environment) {
        // For the training of the image: it needs a cold cache, and leaves the one of the machine alone.
        String given = System.getProperty("jrunc.cache");
        return given == null ? byDefault(environment) : Path.of(given);
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
        return Caller.current().euid() != 0
                || Caller.isInUserNamespace() && !"root".equals(environment.get("USER"));
    }
}
