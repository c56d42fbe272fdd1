package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A root file system made of the host's static busybox: its binary and a link for each of its applets.
 *
 * <p>Each bundle gets one of its own, in about five milliseconds: the binary is a hard link to a copy made once.
 */
public final class Rootfs {
    private static final List<String> DIRECTORIES = List.of("bin", "dev", "etc", "home/guest", "mnt", "opt", "proc",
            "root", "run", "sys", "tmp", "usr", "var");

    private final Path binary;
    private final List<String> applets;

    private Rootfs(Path binary, List<String> applets) {
        this.binary = binary;
        this.applets = applets;
    }

    /** Copies the binary into a directory on the file system that the root file systems are going to lie on. */
    public static Rootfs template(Path directory) {
        Path source = Path.of("/bin/busybox");
        if (!Files.isExecutable(source)) {
            throw new AssertionError("no /bin/busybox: install busybox-static");
        }
        try {
            Path copy = Files.copy(source, directory.resolve("busybox"));
            return new Rootfs(copy, Shell.sh("/bin/busybox --list").lines().filter(a -> !a.equals("busybox")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fills a directory. */
    void fill(Path root) throws IOException {
        for (String directory : DIRECTORIES) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Path busybox = root.resolve("bin/busybox");
        Files.createLink(busybox, binary);
        for (String applet : applets) {
            Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        Files.writeString(root.resolve("etc/passwd"), """
                root:x:0:0:root:/root:/bin/sh
                guest:x:1000:1000:guest:/home/guest:/bin/sh
                nobody:x:65534:65534:nobody:/:/bin/false
                """);
        Files.writeString(root.resolve("etc/group"), """
                root:x:0:
                guest:x:1000:
                staff:x:50:guest
                nogroup:x:65534:
                """);
    }
}
