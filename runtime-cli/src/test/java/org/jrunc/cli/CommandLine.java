package org.jrunc.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jrunc.agent.CommandProcess;

/** One call of {@code jrunc} in this process: what it printed and how it ended. */
record CommandLine(int status, String out, String err) {

    private static final Path CWD = Path.of("/caller/cwd");

    static CommandLine jrunc(String... args) {
        return jruncIn(CWD, args);
    }

    static CommandLine jruncIn(Path cwd, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status;
        try (PrintStream outStream = new PrintStream(out, false, StandardCharsets.UTF_8);
                PrintStream errStream = new PrintStream(err, false, StandardCharsets.UTF_8)) {
            status = Cli.run(ProgramName.of("jrunc"), args, outStream, errStream, Map.of(), cwd, CommandProcess.own());
        }
        return new CommandLine(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    String[] outLines() {
        return out.split("\n", -1);
    }
}
