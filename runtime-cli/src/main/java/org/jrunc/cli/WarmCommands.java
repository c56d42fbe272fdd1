package org.jrunc.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import org.jrunc.agent.CommandProcess;
import org.jrunc.warm.Call;
import org.jrunc.warm.Commands;

/** The command line as a server has it. */
final class WarmCommands implements Commands {

    /**
     * Those that end soon. Not the ones that go on for as long as a container lives, that another program does (criu),
     * or that a monitor calls with a descriptor of its own.
     */
    private static final Set<String> SHORT = Set.of("create", "delete", "exec", "features", "kill", "list", "pause", "ps",
            "resume", "run", "spec", "start", "state", "update");

    /** Those that say something and do nothing. */
    private static final Set<String> TELLING = Set.of("list", "state");

    private static final Set<String> VERSION = Set.of("--version", "-v");

    @Override
    public boolean takes(Call call) {
        List<String> words = call.arguments();
        boolean known = words.size() == 1 && VERSION.contains(words.getFirst());
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (i > 0 && words.get(i - 1).startsWith("-") && isOfTheCaller(word)
                    || word.startsWith("-") && isOfTheCaller(word.substring(word.indexOf('=') + 1))) {
                return false;
            }
            if (!known && Cli.isCommand(word)) {
                if (!SHORT.contains(word)) {
                    return false;
                }
                known = true;
            }
        }
        return known;
    }

    @Override
    public boolean onlyTells(Call call) {
        // A word that is a command may as well be the value of a flag, or a container's name: none may be any other.
        for (String word : call.arguments()) {
            if (!TELLING.contains(word) && Cli.isCommand(word)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a path leads elsewhere in a process of its own: {@code -}, {@code /dev/stdin}, {@code /proc/self/…}. */
    private static boolean isOfTheCaller(String path) {
        return path.equals("-") || path.startsWith("/dev/") || path.startsWith("/proc/");
    }

    @Override
    public int run(Call call, PrintStream out, PrintStream err, CommandProcess process) {
        return Cli.run(ProgramName.of(call.program()), call.arguments().toArray(new String[0]), out, err, call.environment(),
                call.cwd(), process);
    }
}
