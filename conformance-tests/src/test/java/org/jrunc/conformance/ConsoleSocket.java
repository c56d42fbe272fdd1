package org.jrunc.conformance;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A console socket with somebody who listens: a small C program, as Java can not receive a descriptor. */
final class ConsoleSocket implements AutoCloseable {
    private final Path socket;
    private final Path transcript;
    private final Process process;

    /** Starts listening on a socket in a directory. */
    ConsoleSocket(Path directory) {
        Path helper = CHelper.build("console");
        socket = directory.resolve("console.sock");
        transcript = directory.resolve("console.out");
        try {
            process = new ProcessBuilder(helper.toString(), socket.toString()).redirectErrorStream(true)
                    .redirectOutput(transcript.toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("listening");
    }

    /** Path of the socket. */
    String path() {
        return socket.toString();
    }

    /** Types into the terminal. */
    void type(String text) {
        try {
            OutputStream keyboard = process.getOutputStream();
            keyboard.write(text.getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that was seen: what came over the socket, then what the terminal showed. */
    String seen() {
        try {
            return Files.readString(transcript);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a text was seen. */
    void await(String text) {
        if (!Poll.within(java.time.Duration.ofSeconds(5), () -> seen().contains(text))) {
            throw new AssertionError("not on the terminal: “" + text + "”, but: " + seen());
        }
    }

    /** Waits for the hang-up. */
    void awaitEnd() {
        Poll.until("the terminal hangs up", () -> !process.isAlive());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
