package org.jrunc.conformance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A real terminal that a test types into and looks at: a window of tmux, with a server of its own. */
final class Tmux implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path scratch;
    private final Path socket;

    /**
     * Opens a terminal of 100 columns and 30 lines.
     *
     * @param directory for its socket
     * @param scratch   for output files
     * @param program   what runs in it
     */
    Tmux(Path directory, Path scratch, String... program) {
        this.scratch = scratch;
        this.socket = directory.resolve("tmux");
        List<String> words = new ArrayList<>(List.of("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30"));
        words.addAll(Arrays.asList(program));
        tmux(words.toArray(String[]::new));
    }

    /** Types a line and the return key. */
    void line(String text) {
        tmux("send-keys", "-l", "--", text);
        key("Enter");
    }

    /** Types without the return key. */
    void text(String text) {
        tmux("send-keys", "-l", "--", text);
    }

    /** Presses a key by tmux's name for it: {@code C-c}, {@code Escape}. */
    void key(String name) {
        tmux("send-keys", name);
    }

    /** Gives the terminal another size. */
    void resize(int columns, int rows) {
        tmux("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
    }

    /** What is to be seen. */
    String screen() {
        return tmux("capture-pane", "-p").out();
    }

    /** Waits until a line is to be seen that matches a pattern as a whole, but for spaces at its end. */
    void await(String pattern) {
        if (!Poll.within(PATIENCE, () -> screen().lines().anyMatch(line -> line.stripTrailing().matches(pattern)))) {
            throw new AssertionError("no line “" + pattern + "” in the terminal:\n" + screen());
        }
    }

    /** Waits until a text is all there is in the last line: a prompt, before which typed keys might be lost. */
    void awaitLast(String text) {
        if (!Poll.within(PATIENCE, () -> screen().stripTrailing().endsWith('\n' + text)
                || screen().stripTrailing().equals(text))) {
            throw new AssertionError("“" + text + "” is not the last line in the terminal:\n" + screen());
        }
    }

    private Result tmux(String... words) {
        List<String> command = new ArrayList<>(List.of("tmux", "-S", socket.toString()));
        command.addAll(Arrays.asList(words));
        return new Invocation(scratch, command).env("TERM", "xterm").env("LC_ALL", "C.UTF-8").run().ok();
    }

    @Override
    public void close() {
        new Invocation(scratch, List.of("tmux", "-S", socket.toString(), "kill-server")).run();
    }
}
