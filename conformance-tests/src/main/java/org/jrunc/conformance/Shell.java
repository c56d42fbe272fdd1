package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Commands of the host that prepare or look at something for a test. */
public final class Shell {
    private Shell() {
    }

    /** Runs a script with {@code sh -e}; fails when it fails; gives its output without the last newline. */
    public static String sh(String script) {
        Outcome outcome = attempt(script);
        if (outcome.exit() != 0) {
            throw new AssertionError("`" + script + "` ended with " + outcome.exit() + ": " + outcome.output());
        }
        return outcome.output();
    }

    /** Runs a script and tells how it went. */
    public static Outcome attempt(String script) {
        try {
            Process process = new ProcessBuilder("sh", "-ec", script).redirectErrorStream(true)
                    .redirectInput(new java.io.File("/dev/null")).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("no end of `" + script + "`");
            }
            return new Outcome(process.exitValue(), output.stripTrailing());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether a program is on the host's PATH. */
    public static boolean has(String program) {
        return attempt("command -v " + program).exit() == 0;
    }

    /** Exit code and output of a script. */
    public record Outcome(int exit, String output) {
    }
}
