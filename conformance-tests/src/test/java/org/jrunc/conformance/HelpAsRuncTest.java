package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The help and the answers to wrong command lines, beside those of the installed runc 1.1.5. */
@ExtendWith(NothingLeftExtension.class)
class HelpAsRuncTest {

    private static final Path RUNC = Path.of("/usr/sbin/runc");

    /** What runc 1.1.5 does not have, and who has it. */
    private static final Map<String, String> EXTRA = Map.ofEntries(
            Map.entry(" completion", "runc has it as a file of its sources"),
            Map.entry(" serve", "warm mode"),
            Map.entry(" --log-level", "crun"), Map.entry(" --cgroup-manager", "crun"),
            Map.entry("create --config", "crun"), Map.entry("create -f", "crun"),
            Map.entry("run --config", "crun"), Map.entry("run -f", "crun"),
            Map.entry("create --pidfd-socket", "runc 1.2"), Map.entry("run --pidfd-socket", "runc 1.2"),
            Map.entry("exec --pidfd-socket", "runc 1.2"),
            Map.entry("update --cpu-burst", "runc 1.2"), Map.entry("update --cpu-idle", "runc 1.2"),
            Map.entry("checkpoint --tcp-skip-in-flight", "runc 1.3"), Map.entry("checkpoint --link-remap", "runc 1.4"));

    /** What runc 1.1.5 shows and we only take, as the runc of today. */
    private static final List<String> TAKEN = List.of(" --criu", "kill --all", "kill -a");

    /** The words of a help text that a user could type. */
    record Help(List<String> commands, List<String> flags) {

        private static final Pattern ROW = Pattern.compile("   (-.*?)(  .*)?");
        private static final Pattern FLAG = Pattern.compile("(?<=^|, )--?[a-z0-9-]+");

        /** The help of a command, or for an empty name the general one. */
        static Help of(OciRuntime runtime, String command) {
            OciRuntime bare = runtime.withRoot(null);
            Result result = (command.isEmpty() ? bare.command("--help") : bare.command(command, "--help")).run().ok();
            assertEquals("", result.err());
            List<String> commands = new ArrayList<>();
            TreeSet<String> flags = new TreeSet<>();
            boolean inCommands = false;
            for (String line : result.outLines()) {
                inCommands = line.equals("COMMANDS:") || inCommands && !line.isBlank();
                Matcher row = ROW.matcher(line);
                if (inCommands && line.startsWith("   ") && !line.startsWith("   help, h")) {
                    commands.add(line.strip().split(" ")[0]);
                } else if (row.matches()) {
                    FLAG.matcher(row.group(1)).results().forEach(flag -> flags.add(flag.group()));
                }
            }
            return new Help(List.copyOf(commands), List.copyOf(flags));
        }
    }

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.file(RUNC.toString());
    }

    @Test
    void hasTheCommandsAndFlagsOfRuncAndNamesAllOthers(Sandbox box) {
        TreeSet<String> theirs = words(box.runtime(RUNC));
        TreeSet<String> ours = words(box.runtime());
        // runc's own commands have this flag, its help does not say so.
        ours.removeIf(word -> word.endsWith(" --help") || word.endsWith(" -h"));
        theirs.removeIf(word -> word.endsWith(" --help") || word.endsWith(" -h"));
        TreeSet<String> missing = new TreeSet<>(theirs);
        missing.removeAll(ours);
        assertEquals(new TreeSet<>(TAKEN), missing);
        ours.removeAll(theirs);
        assertEquals(new TreeSet<>(EXTRA.keySet()), ours);
    }

    private static TreeSet<String> words(OciRuntime runtime) {
        Help general = Help.of(runtime, "");
        TreeSet<String> words = new TreeSet<>();
        general.commands().forEach(command -> words.add(" " + command));
        general.flags().forEach(flag -> words.add(" " + flag));
        for (String command : general.commands()) {
            Help.of(runtime, command).flags().forEach(flag -> words.add(command + " " + flag));
        }
        assertTrue(words.size() > 100, words::toString);
        return words;
    }

    @Test
    void takesWhatItDoesNotShow(Sandbox box) {
        box.runtime().command("--criu", "/x", "kill", "--all", "missing").run().failsWith("container does not exist");
        box.runtime().command("kill", "-a", "missing", "9").run().failsWith("container does not exist");
    }

    /** An exit code, and what is on stdout and stderr, of lines that do nothing to any container. */
    @ParameterizedTest
    @ValueSource(strings = {"", "-h", "--help", "help", "h", "help state", "h state", "state -h", "state --help",
        "exec --help", "-help", "nonsense", "nonsense --help", "help nonsense", "--nonsense", "--nonsense list",
        "--root", "state", "state a b", "state --bad x", "start", "start a b", "create", "create a b",
        "create --bundle", "create --nonsense=x a", "run", "run a b", "run --bundle", "delete", "delete a b",
        "delete --force", "kill", "kill x TERM y", "list x", "list --format", "spec x", "spec --bad", "exec",
        "exec --bad x true", "exec x", "exec --cwd", "ps", "ps --format", "pause", "pause a b", "resume", "resume a b",
        "update", "update a b", "update --memory", "update --blkio-weight x a", "events", "events a b",
        "events --interval x a", "features x", "checkpoint", "checkpoint a b", "checkpoint --status-fd x a", "restore",
        "restore a b", "--log-format xml list", "list --quiet=maybe", "--debug=maybe", "-- nonsense"})
    void answersAsRuncDoes(String line, Sandbox box) {
        assertEquals(answer(box.runtime(RUNC), line), answer(box.runtime(), line));
    }

    private static String answer(OciRuntime runtime, String line) {
        String[] words = line.isEmpty() ? new String[0] : line.split(" ");
        Result result = runtime.withRoot(null).command(words).run();
        String name = runtime.executable().toString();
        String out = result.outLines().isEmpty() ? "" : result.outLines().getFirst();
        String err = result.err().replaceAll("time=\"[^\"]*\"", "time").replace(name, "RUNTIME")
                // runc prints it with a line end.
                .replace("\\n\"", "\"");
        return "exit code " + result.exit() + "\nstdout: " + out + "\nstderr: " + err;
    }
}
