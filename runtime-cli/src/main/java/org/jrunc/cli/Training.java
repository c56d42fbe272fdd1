package org.jrunc.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.jrunc.agent.CommandProcess;
import org.jrunc.container.Run;

/**
 * Runs many command lines in one JVM, for the recording of the AOT cache: a cache comes from one run, and must know the
 * classes of all commands. Called by BuildImage only.
 */
public final class Training {

    private static final String FAILS = "! ";
    private static final String UNEXPECTED = " (unexpected)";

    private Training() {
    }

    /**
     * Runs the commands of a script, one per line; empty lines and those that begin with {@code #} are skipped, words
     * are parted by blanks, a {@code !} before them says that the command is to fail. What a command prints and how it
     * ends is told on stderr, and never ends the training.
     *
     * @param args the script, then pairs of a word and what replaces it in the script
     */
    public static void main(String[] args) throws IOException {
        System.setProperty(Run.REHEARSAL, "true");
        Path cwd = Path.of("").toAbsolutePath();
        // The same kinds of stream as in Main, so that their classes are in the cache.
        PrintStream err = Main.stream(FileDescriptor.err);
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            if (!line.isEmpty() && line.charAt(0) != '#') {
                boolean fails = line.startsWith(FAILS);
                run(words(fails ? line.substring(FAILS.length()) : line, args), fails, cwd, err);
            }
        }
    }

    /** Splits at blanks. Plain code, here and below: what the training itself loads would be in the cache too. */
    private static List<String> words(String line, String[] args) {
        List<String> words = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(line);
        while (tokens.hasMoreTokens()) {
            String word = tokens.nextToken();
            for (int i = 1; i + 1 < args.length; i += 2) {
                word = word.replace(args[i], args[i + 1]);
            }
            words.add(word);
        }
        return words;
    }

    private static void run(List<String> words, boolean fails, Path cwd, PrintStream err) throws IOException {
        err.print("jrunc");
        for (String word : words) {
            err.print(" " + word);
        }
        err.print("\n");
        try (FileOutputStream nowhere = new FileOutputStream("/dev/null");
                PrintStream out = Main.stream(nowhere.getFD())) {
            String[] args = words.toArray(new String[0]);
            Main.loadAhead(args);
            int status = Cli.run(ProgramName.ofThisProcess(), args, out, err, Main.environment(), cwd,
                    CommandProcess.own());
            err.print("-> " + status + (fails == (status != 0) ? "" : UNEXPECTED) + "\n");
            err.flush();
        }
    }
}
