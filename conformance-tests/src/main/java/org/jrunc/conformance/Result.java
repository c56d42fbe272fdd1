package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What came of one command.
 *
 * <p>Output is read from the files the command wrote to, each time it is asked for: a detached container goes on
 * writing into the files of the {@code create} that made it.
 */
public record Result(List<String> command, int exit, Path outFile, Path errFile, Duration took) {

    /** What was written to standard output up to now. */
    public String out() {
        return read(outFile);
    }

    /** What was written to standard error up to now. */
    public String err() {
        return read(errFile);
    }

    /** The lines of standard output. */
    public List<String> outLines() {
        return out().lines().toList();
    }

    /** The lines of standard error. */
    public List<String> errLines() {
        return err().lines().toList();
    }

    /** Demands exit code 0. */
    public Result ok() {
        return exits(0);
    }

    /** Demands this exit code. */
    public Result exits(int expected) {
        if (exit != expected) {
            throw new AssertionError("expected exit code " + expected + " from " + this);
        }
        return this;
    }

    /** Demands exit code 1 and every one of these texts on standard error. */
    public Result failsWith(String... texts) {
        exits(1);
        for (String text : texts) {
            if (!err().contains(text)) {
                throw new AssertionError("expected “" + text + "” on stderr of " + this);
            }
        }
        return this;
    }

    /** Demands an exit code other than 0. */
    public Result refused() {
        if (exit == 0) {
            throw new AssertionError("expected an error from " + this);
        }
        return this;
    }

    /** Demands that nothing at all was printed. */
    public Result silent() {
        if (!out().isEmpty() || !err().isEmpty()) {
            throw new AssertionError("expected no output from " + this);
        }
        return this;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return String.join(" ", command) + "\n  exit code: " + exit + " after " + took.toMillis() + " ms"
                + "\n  stdout: " + out().strip() + "\n  stderr: " + err().strip();
    }
}
