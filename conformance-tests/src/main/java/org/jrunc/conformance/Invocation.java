package org.jrunc.conformance;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One command about to be run: with a deadline, and with its output in files.
 *
 * <p>Files and not pipes, because what a detached container inherits stays open after the command: reading a pipe up to
 * its end would wait for the container.
 */
public final class Invocation {
    private static final File NOTHING = new File("/dev/null");

    private final Path scratch;
    private final List<String> command;
    private final Map<String, String> env = new HashMap<>();
    private boolean emptyEnvironment;
    private Path cwd;
    private File stdin = NOTHING;
    private Duration timeout = Duration.ofSeconds(30);

    /**
     * A command whose output files are to lie in a directory.
     *
     * @param scratch directory of the output files
     * @param command program and arguments
     */
    public Invocation(Path scratch, List<String> command) {
        this.scratch = scratch;
        this.command = new ArrayList<>(command);
    }

    /** Sets the working directory. */
    public Invocation cwd(Path directory) {
        cwd = directory;
        return this;
    }

    /** Adds a variable to the environment. */
    public Invocation env(String name, String value) {
        env.put(name, value);
        return this;
    }

    /** Starts from an environment without any variable. */
    public Invocation emptyEnvironment() {
        emptyEnvironment = true;
        return this;
    }

    /** Gives the command this text on standard input. */
    public Invocation stdin(String text) {
        try {
            Path file = Files.createTempFile(scratch, "stdin", "");
            Files.writeString(file, text);
            stdin = file.toFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Sets the deadline, after which the command is killed and the test fails. */
    public Invocation timeout(Duration limit) {
        timeout = limit;
        return this;
    }

    /** Puts words in front of the command: {@code taskset 1}, {@code strace -o …}, a shell that opens descriptors. */
    public Invocation prefixedWith(String... words) {
        command.addAll(0, List.of(words));
        return this;
    }

    /** Runs the command to its end. */
    public Result run() {
        return start().await(timeout);
    }

    /** Starts the command and leaves it running. */
    public Running start() {
        try {
            Path out = Files.createTempFile(scratch, "out", "");
            Path err = Files.createTempFile(scratch, "err", "");
            Process process = builder().redirectInput(stdin).redirectOutput(out.toFile()).redirectError(err.toFile())
                    .start();
            return new Running(process, List.copyOf(command), out, err, System.nanoTime());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Directory of the output files. */
    public Path scratch() {
        return scratch;
    }

    /** The bare process builder, for tests that want pipes. */
    public ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(command);
        if (emptyEnvironment) {
            builder.environment().clear();
        }
        builder.environment().putAll(env);
        if (cwd != null) {
            builder.directory(cwd.toFile());
        }
        return builder;
    }

    /** A command that was started. */
    public record Running(Process process, List<String> command, Path out, Path err, long since) {

        /** Waits for the end; kills the command and fails when it does not come in time. */
        public Result await(Duration limit) {
            boolean ended;
            try {
                ended = process.waitFor(Poll.here(limit).toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            if (!ended) {
                process.destroyForcibly();
                throw new AssertionError("no end within " + limit + ": " + result(-1));
            }
            return result(process.exitValue());
        }

        /** The output up to now, as a result with an exit code still unknown. */
        public Result soFar() {
            return result(-1);
        }

        private Result result(int exit) {
            return new Result(command, exit, out, err, Duration.ofNanos(System.nanoTime() - since));
        }
    }
}
