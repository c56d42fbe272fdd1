package org.jrunc.conformance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jrunc.conformance.Poll;
import org.jrunc.conformance.Proc;

/** {@code jrunc serve} of the machine that the benchmark runs on. */
final class Server implements AutoCloseable {
    private static final Path SOCKET = Path.of("/run/jrunc/@warm/socket");
    private static final Path AWAY = SOCKET.resolveSibling("away");
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int SIGTERM = 15;
    private static final int FIELDS_BEFORE_UTIME = 11; // after the name in parentheses

    private final int pid;

    /** Starts it and waits until it listens. */
    Server(Subject warm, Accounts accounts) {
        accounts.enter(warm, Accounts.SERVER);
        Spawn spawn = new Spawn(warm.root().resolveSibling("errors-server"));
        pid = spawn.start(List.of(warm.program().toString(), "serve"));
        accounts.enter(warm, Accounts.CALLERS);
        if (!Poll.within(DEADLINE, () -> Files.exists(SOCKET))) {
            throw new BenchFailure("jrunc serve does not listen: " + spawn.errorText());
        }
    }

    /** As a process. */
    Proc process() {
        return new Proc(pid);
    }

    /** CPU time so far in ticks of 10 ms. */
    private long ticks() {
        String stat = process().file("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[FIELDS_BEFORE_UTIME]) + Long.parseLong(fields[FIELDS_BEFORE_UTIME + 1]);
    }

    /** Does something that the server is to do; fails if it did not. Nothing else would tell warm from cold. */
    void serves(Runnable commands) {
        long before = ticks();
        commands.run();
        if (ticks() == before) {
            throw new BenchFailure("the server took no CPU time: the commands went cold");
        }
    }

    /** Has commands find the server, or no server. Engines do not hand the environment on, so that can not tell. */
    static void reachable(boolean reachable) {
        Path from = reachable ? AWAY : SOCKET;
        try {
            if (Files.exists(from)) {
                Files.move(from, reachable ? SOCKET : AWAY);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Spawn.kill(pid, SIGTERM);
        Spawn.await(pid);
    }
}
