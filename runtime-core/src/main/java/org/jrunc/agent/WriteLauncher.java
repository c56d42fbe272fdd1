package org.jrunc.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jrunc.kernel.Abi;

/** Writes the launcher of a runtime image. Called by BuildImage only. */
public final class WriteLauncher {

    private static final int PARTS = 3;
    /** Stands for the option by which a warm brain knows its clients. */
    private static final String HELLO = "{hello}";

    private WriteLauncher() {
    }

    /**
     * Writes the file, executable.
     *
     * @param args its path; digest of the build, in hexadecimal; file with the ways to start the JVM; then options of
     *             all of them. The file has a line for each way, empty lines and those that begin with {@code #} are
     *             skipped: name of the AOT cache, commands, options, parted by colons. The first one is also for
     *             command lines without a known command.
     */
    public static void main(String[] args) throws IOException {
        long hello = WarmProtocol.hello(HexFormat.of().parseHex(args[1]));
        List<String> common = Arrays.asList(args).subList(PARTS, args.length);
        List<LauncherImage.Group> groups = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(args[2]))) {
            if (!line.isBlank() && line.charAt(0) != '#') {
                groups.add(group(line, common, hello));
            }
        }
        Path launcher = Files.write(Path.of(args[0]), LauncherImage.elf(Abi.current(), hello, groups));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static LauncherImage.Group group(String line, List<String> common, long hello) {
        String[] parts = line.split(" *: *", PARTS);
        List<String> options = new ArrayList<>(common);
        for (String option : parts[2].strip().split(" +")) {
            options.add(option.equals(HELLO) ? WarmProtocol.helloOption(hello) : option);
        }
        return new LauncherImage.Group(parts[0].strip(), List.of(parts[1].split(" +")), options);
    }
}
