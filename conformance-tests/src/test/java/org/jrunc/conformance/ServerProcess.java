package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@code jrunc serve} that tests have started, and what it costs. */
final class ServerProcess {
    private static final Duration TO_START = Duration.ofSeconds(30);
    /** Its limit, whatever it has done before. */
    private static final long RSS_KB = 120 * 1024;
    /** By how many it may be above its start when it does nothing: a few of its threads wait for clients. */
    private static final int DESCRIPTORS = 4;
    private static final int MAPPINGS = 200;

    private final Process process;
    private final Path log;
    private final int descriptors;
    private final int mappings;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.descriptors = descriptors();
        this.mappings = mappings();
    }

    /**
     * Starts a server and waits until it listens.
     *
     * @param words  program and flags of {@code serve}
     * @param socket where it is to listen, as this process sees it
     * @param log    where its debug log goes; what is there is kept
     */
    static ServerProcess start(List<String> words, Path socket, Path log) {
        try {
            Path output = log.resolveSibling(log.getFileName() + ".out");
            Process process = new ProcessBuilder(words).redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile())).start();
            // A socket that a killed server has left behind is not in /proc/net/unix.
            boolean listens = Poll.within(TO_START, () -> !process.isAlive()
                    || Files.exists(socket) && listens(process.pid()));
            if (!listens || !process.isAlive()) {
                process.destroyForcibly();
                throw new AssertionError("no server on " + socket + ": " + words + "\n" + Files.readString(output));
            }
            return new ServerProcess(process, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a process has a unix socket that listens: flag {@code __SO_ACCEPTCON} in /proc/net/unix. */
    private static boolean listens(long pid) {
        List<String> inodes = new Proc(pid).file("net/unix").lines().filter(l -> l.contains(" 00010000 "))
                .map(l -> "socket:[" + l.strip().split(" +")[6] + "]").toList();
        try (Stream<Path> fds = Files.list(new Proc(pid).path("fd"))) {
            return fds.anyMatch(fd -> new Proc(pid).link("fd/" + fd.getFileName()).filter(inodes::contains).isPresent());
        } catch (IOException e) {
            return false;
        }
    }

    Proc proc() {
        return new Proc(process.pid());
    }

    /** How many commands it has carried out, all servers with the same log together. */
    long served() {
        return count(" is served: ");
    }

    /** How many clients it has sent away. */
    long sentAway() {
        return count(" goes cold");
    }

    private long count(String text) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(l -> l.contains(text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int descriptors() {
        String[] names = proc().path("fd").toFile().list();
        return names == null ? 0 : names.length;
    }

    int mappings() {
        return (int) proc().file("maps").lines().count();
    }

    /** Fails when it has ended, or holds more than a server that does nothing should. */
    void demandSound() {
        if (!process.isAlive()) {
            throw new AssertionError("the server has ended with " + process.exitValue() + ", see " + log);
        }
        boolean sound = Poll.within(Duration.ofSeconds(10), () -> proc().rssKb() <= RSS_KB
                && descriptors() <= descriptors + DESCRIPTORS && mappings() <= mappings + MAPPINGS);
        if (!sound) {
            throw new AssertionError("the server has grown: " + this);
        }
    }

    void signal(String name) {
        Shell.sh("kill -" + name + " " + process.pid());
    }

    /** Waits for its end. */
    int await(Duration limit) {
        try {
            if (!process.waitFor(Poll.here(limit).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the server has not ended within " + limit);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Kills it. */
    void kill() {
        process.destroyForcibly();
        await(Duration.ofSeconds(10));
    }

    @Override
    public String toString() {
        return "RSS " + proc().rssKb() + " kB (at most " + RSS_KB + "), " + descriptors() + " descriptors ("
                + descriptors + " at the start), " + mappings() + " mappings (" + mappings + ")";
    }
}
