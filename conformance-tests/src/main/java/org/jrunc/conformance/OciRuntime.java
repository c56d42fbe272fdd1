package org.jrunc.conformance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An OCI runtime's executable together with the {@code --root} it keeps its state in.
 *
 * @param executable absolute path of the program
 * @param root       state directory given as {@code --root}; null leaves the flag out
 * @param scratch    where output files go
 * @param globals    further flags in front of the sub-command
 * @param user       normal user to run it as; null for the user who runs the tests
 */
public record OciRuntime(Path executable, Path root, Path scratch, List<String> globals, User user) {

    /** System property with the path of the runtime under test. */
    public static final String PROPERTY = "jrunc.runtime";

    /**
     * System property: containers of root have their cgroup from systemd, unless their {@code cgroupsPath} says where
     * else it is to be.
     */
    public static final String SYSTEMD = "jrunc.systemd-cgroup";

    /** Which family a runtime belongs to: its texts and flags differ. */
    public enum Kind { JRUNC, RUNC, CRUN }

    /**
     * Path of the runtime under test: the property, else the image that {@code make image} builds.
     *
     * @throws AssertionError if there is none: a test that is skipped for want of a runtime would look green
     */
    public static Path executableUnderTest() {
        String given = System.getProperty(PROPERTY, "");
        Path path = given.isEmpty()
                ? Path.of(System.getProperty("basedir", ".")).resolve("../runtime-cli/target/jrunc/bin/jrunc")
                : Path.of(given);
        if (!Files.isExecutable(path)) {
            throw new AssertionError("no runtime at " + path.toAbsolutePath().normalize() + ": run `make image` first");
        }
        return path.toAbsolutePath().normalize();
    }

    /** A runtime with a state directory of its own. */
    public static OciRuntime of(Path executable, Path root, Path scratch) {
        return new OciRuntime(executable, root, scratch, List.of(), null);
    }

    /** The family, by the program's name. */
    public Kind kind() {
        return switch (executable.getFileName().toString()) {
            case "runc" -> Kind.RUNC;
            case "crun" -> Kind.CRUN;
            default -> Kind.JRUNC;
        };
    }

    /** The same runtime with another state directory, or with none given for null. */
    public OciRuntime withRoot(Path otherRoot) {
        return new OciRuntime(executable, otherRoot, scratch, globals, user);
    }

    /** The same runtime with further global flags. */
    public OciRuntime withGlobals(String... flags) {
        return new OciRuntime(executable, root, scratch, List.of(flags), user);
    }

    /** The same runtime, run by a normal user. */
    public OciRuntime as(User other) {
        return new OciRuntime(executable, root, scratch, globals, other);
    }

    /** The same state and flags with another program. */
    public OciRuntime withExecutable(Path other) {
        return new OciRuntime(other, root, scratch, globals, user);
    }

    /** Whether {@link #SYSTEMD} holds for this one. */
    boolean bySystemd() {
        return user == null && Boolean.getBoolean(SYSTEMD);
    }

    /** A sub-command and its arguments, ready to run. */
    public Invocation command(String... arguments) {
        List<String> words = new ArrayList<>();
        if (user != null) {
            words.addAll(user.prefix());
        }
        words.add(executable.toString());
        if (root != null) {
            words.add("--root");
            words.add(root.toString());
        }
        if (bySystemd() && !globals.contains("--systemd-cgroup")) {
            words.add("--systemd-cgroup");
        }
        words.addAll(globals);
        words.addAll(List.of(arguments));
        return new Invocation(scratch, words);
    }
}
