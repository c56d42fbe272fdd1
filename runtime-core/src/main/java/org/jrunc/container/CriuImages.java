package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jrunc.criu.Criu;
import org.jrunc.criu.CriuOptions;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/** The directories that criu works in, open for it, and the options that follow from the flags of both commands. */
final class CriuImages {

    /** What the container's standard streams were, in runc's form: an array of three texts like {@code pipe:[1]}. */
    static final String DESCRIPTORS = "descriptors.json";

    private static final String CONFIG_ANNOTATION = "org.criu.config";
    private static final File CONFIG = new File("/etc/criu/runc.conf");
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY = PosixFilePermissions.asFileAttribute(
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    private final Kernel process;
    private final CriuFlags flags;
    private final String logName;
    private final int images;
    private final int work;

    /**
     * Opens the directories, which are made where they are missing.
     *
     * @param process becomes criu, whose own descriptors they have to be
     * @param logName name of criu's log
     */
    CriuImages(Kernel process, CriuFlags flags, String logName) {
        this.process = process;
        this.flags = flags;
        this.logName = logName;
        this.images = open(flags.imagePath());
        this.work = flags.workPath().isPresent() ? open(make(flags.workPath().get(), "--work-path")) : -1;
    }

    /** Makes a directory that a flag names, unless it is there. */
    static Path make(Path directory, String flag) {
        try {
            return Files.createDirectories(directory, OWNER_ONLY);
        } catch (IOException e) {
            throw new RuntimeFailure("can not make the directory " + directory + " (" + flag + "): " + Reason.of(e),
                    e);
        }
    }

    private int open(Path directory) {
        return process.openat(Kernel.AT_FDCWD, directory.toString(), OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
    }

    /** The program, for who may use it. */
    static String program(RuntimeContext context, String command) {
        if (context.rootless().orElse(!Privileges.isHostRoot())) {
            throw new RuntimeFailure(command + " is not possible rootless: criu needs the privileges of root on the"
                    + " host");
        }
        return Criu.find(context.environment()).orElseThrow(() -> new RuntimeFailure(command + " needs the program"
                + " criu, which is neither in $PATH nor in /usr/sbin: install it"));
    }

    /** The options of both commands. */
    CriuOptions options(String root, Map<String, String> annotations) {
        CriuOptions options = new CriuOptions(images, logName, root).tcpEstablished(flags.tcpEstablished())
                .extUnixSk(flags.extUnixSk()).shellJob(flags.shellJob()).fileLocks(flags.fileLocks())
                .autoDedup(flags.autoDedup()).lazyPages(flags.lazyPages())
                // Who has put the devices into the container, a hook mostly, does so again.
                .emptyNamespaces(Clone.CLONE_NEWNET);
        if (work >= 0) {
            options.workDirectory(work);
        }
        if (flags.cgroupMode().isPresent()) {
            options.cgroupMode(flags.cgroupMode().getAsInt());
        }
        Optional<String> config = Optional.ofNullable(annotations.get(CONFIG_ANNOTATION));
        if (config.isEmpty() && CONFIG.exists()) {
            config = Optional.of(CONFIG.getPath());
        }
        // An empty annotation means none at all.
        config.filter(path -> !path.isEmpty()).ifPresent(options::configFile);
        return options;
    }

    File log() {
        return flags.workPath().orElse(flags.imagePath()).resolve(logName).toFile();
    }

    File descriptors() {
        return flags.imagePath().resolve(DESCRIPTORS).toFile();
    }

    /** The descriptors that the process is to keep when it becomes criu. */
    List<Integer> opened() {
        return work < 0 ? List.of(images) : List.of(images, work);
    }
}
