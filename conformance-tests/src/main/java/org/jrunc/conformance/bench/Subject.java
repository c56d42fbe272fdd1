package org.jrunc.conformance.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A runtime as it is measured: jrunc is two of them.
 *
 * @param name    {@code warm}, {@code cold}, {@code runc} or {@code crun}
 * @param program its executable
 * @param root    its state directory
 * @param spawn   what starts its commands
 */
record Subject(String name, Path program, Path root, Spawn spawn) {
    /** All there can be, in the order of the tables' columns. */
    static final List<String> NAMES = List.of(Subject.WARM, Subject.COLD, "runc", "crun");
    static final String WARM = "warm";
    static final String COLD = "cold";

    /** A command of this runtime. */
    List<String> command(String... arguments) {
        List<String> words = new ArrayList<>(List.of(program.toString(), "--root", root.toString()));
        words.addAll(List.of(arguments));
        return words;
    }

    /** Runs a command; milliseconds. */
    double run(String... arguments) {
        return spawn.run(command(arguments)) / 1e6;
    }

    /** The same, but errors go to a file of its own: for one of several callers at a time. */
    Subject caller(int number) {
        Spawn other = new Spawn(root.resolveSibling("errors-" + name + "-" + number));
        return new Subject(name, program, root, name.equals(COLD) ? other.with("JRUNC_WARM", "off") : other);
    }
}
