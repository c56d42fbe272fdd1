package org.jrunc.cli;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs many command lines in one JVM, for the recording of the AOT cache: a cache comes from one run, and must know the
 * classes of all commands. Called by BuildImage only.
 */
public final class Training {

    private Training() {
    }

    /**
     * Runs the commands of a script, one per line; empty lines and those that begin with {@code #} are skipped, words
     * are parted by blanks. What a command prints and how it ends is told on stdout, and never ends the training.
     *
     * @param args the script, then pairs of a word and what replaces it in the script
     */
    public static void main(String[] args) throws IOException {
        Path cwd = Path.of("").toAbsolutePath();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> words = new ArrayList<>();
            for (String word : line.strip().split(" +")) {
                String replaced = word;
                for (int i = 1; i + 1 < args.length; i += 2) {
                    replaced = replaced.replace(args[i], args[i + 1]);
                }
                words.add(replaced);
            }
            run(words, cwd);
        }
    }

    private static void run(List<String> words, Path cwd) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        // The same kinds of stream as in Main, so that their classes are in the cache.
        try (FileOutputStream nowhere = new FileOutputStream("/dev/null");
                PrintStream out = Main.stream(nowhere.getFD());
                PrintStream err = new PrintStream(said, false, StandardCharsets.UTF_8)) {
            int status = Cli.run(words.toArray(new String[0]), out, err, System.getenv(), cwd);
            err.flush();
            System.out.println("jrunc " + String.join(" ", words) + " -> " + status
                    + said.toString(StandardCharsets.UTF_8).replace("\n", "\n    ").stripTrailing().indent(4).stripTrailing());
        }
    }
}
