package org.jrunc.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jrunc.agent.CommandProcess;
import org.jrunc.container.LibcLoader;

/** The entry point of the process: ties {@link Cli} to the real streams, environment and exit status. */
public final class Main {

    private static final int STREAM_BUFFER = 8192;

    private Main() {
    }

    /** Runs one command and ends the process with its exit status. */
    public static void main(String[] args) {
        loadAhead(args);
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        int status = Cli.run(ProgramName.ofThisProcess(), args, out, err, environment(),
                Path.of("").toAbsolutePath(), CommandProcess.own());
        err.flush();
        if (out.checkError() && status == 0) {
            status = Cli.EXIT_FAILURE;
        }
        // No shutdown hooks and no threads to wait for: halt() skips looking for them.
        Runtime.getRuntime().halt(status);
    }

    /** Begins with what takes longest, beside all the rest. */
    static void loadAhead(String[] args) {
        if (Commands.needLibc(args)) {
            LibcLoader.start();
        }
    }

    /** The caller's environment; the launcher sets {@code LC_ALL} for the JVM, and leaves what it was without a name. */
    static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        String callers = environment.remove("");
        if (callers == null) {
            environment.remove("LC_ALL");
        } else {
            environment.put("LC_ALL", callers);
        }
        return environment;
    }

    /** UTF-8 whatever the locale: engines call with an empty environment, which would mean ASCII. */
    static PrintStream stream(FileDescriptor descriptor) {
        FileOutputStream file = new FileOutputStream(descriptor);
        return new PrintStream(new BufferedOutputStream(file, STREAM_BUFFER), false, StandardCharsets.UTF_8);
    }
}
