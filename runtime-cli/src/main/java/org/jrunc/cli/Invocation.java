package org.jrunc.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jrunc.container.RuntimeContext;

/**
 * What a command gets to work with.
 *
 * @param program what jrunc was called by
 * @param command the command's name
 * @param line    its flags and arguments
 * @param context the global flags for the core
 * @param out     stdout
 * @param err     stderr
 * @param cwd     what relative paths are relative to
 */
record Invocation(ProgramName program, String command, Parsed line, RuntimeContext context, PrintStream out,
        PrintStream err, Path cwd) {

    /** The arguments, when there are exactly so many. */
    List<String> exactly(int count) {
        List<String> arguments = line.arguments();
        if (arguments.size() != count) {
            throw wrongCount("exactly", count);
        }
        return arguments;
    }

    /** The arguments, when there are at least {@code least} and at most {@code most}. */
    List<String> between(int least, int most) {
        List<String> arguments = line.arguments();
        if (arguments.size() < least) {
            throw wrongCount("a minimum of", least);
        }
        if (arguments.size() > most) {
            throw wrongCount("a maximum of", most);
        }
        return arguments;
    }

    /** The arguments, when there are at least so many. */
    List<String> atLeast(int least) {
        return between(least, Integer.MAX_VALUE);
    }

    /** The path given by a flag, made absolute; an empty value counts as not given. */
    Optional<Path> path(String name) {
        String value = line.value(name).orElse("");
        return value.isEmpty() ? Optional.empty() : Optional.of(cwd.resolve(value));
    }

    private UsageException wrongCount(String bound, int count) {
        return new UsageException("Incorrect Usage.",
                program.path() + ": \"" + command + "\" requires " + bound + " " + count + " argument(s)");
    }
}
