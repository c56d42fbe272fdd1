package org.jrunc.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jrunc.container.CriuFlags;
import org.jrunc.report.RuntimeFailure;

/** The flags that {@code checkpoint} and {@code restore} share. */
final class CriuCommandFlags {

    private CriuCommandFlags() {
    }

    /** Adds them to a command. */
    static void add(Options options) {
        options.value("directory of the image files (default: ./checkpoint)", "image-path")
                .value("directory for the log and the statistics (default: that of the images)", "work-path")
                .flag("also with open TCP connections", "tcp-established")
                .flag("also with unix sockets whose other end is outside", "ext-unix-sk")
                .flag("also with processes of a session that began outside", "shell-job")
                .flag("with file locks", "file-locks")
                .flag("fetch memory when it is used, by userfaultfd", "lazy-pages")
                .value("what becomes of the cgroups: soft (default), full, strict or ignore", "manage-cgroups-mode")
                .values("leave out what is in a namespace: network, which always is", "empty-ns")
                .flag("deduplicate the images of the memory", "auto-dedup");
    }

    /** Reads them. */
    static CriuFlags of(Invocation invocation) {
        Parsed line = invocation.line();
        checkEmpty(line.values("empty-ns"));
        return new CriuFlags(invocation.path("image-path").orElse(defaultImages(invocation)),
                invocation.path("work-path"), line.flag("tcp-established"), line.flag("ext-unix-sk"),
                line.flag("shell-job"), line.flag("file-locks"), line.flag("auto-dedup"), line.flag("lazy-pages"),
                cgroupMode(line.value("manage-cgroups-mode").orElse("")));
    }

    private static Path defaultImages(Invocation invocation) {
        return invocation.cwd().resolve("checkpoint");
    }

    private static OptionalInt cgroupMode(String name) {
        return switch (name) {
            case "" -> OptionalInt.empty();
            case "soft" -> OptionalInt.of(CriuFlags.CGROUPS_SOFT);
            case "full" -> OptionalInt.of(CriuFlags.CGROUPS_FULL);
            case "strict" -> OptionalInt.of(CriuFlags.CGROUPS_STRICT);
            case "ignore" -> OptionalInt.of(CriuFlags.CGROUPS_IGNORE);
            default -> throw new RuntimeFailure("Invalid manage cgroups mode \"" + name
                    + "\" (--manage-cgroups-mode): must be soft, full, strict or ignore");
        };
    }

    private static void checkEmpty(List<String> namespaces) {
        for (String namespace : namespaces) {
            if (!namespace.equals("network")) {
                throw new RuntimeFailure("namespace \"" + namespace + "\" is not supported (--empty-ns): only network"
                        + " is");
            }
        }
    }
}
