package org.jrunc.warm;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jrunc.agent.AgentException;
import org.jrunc.agent.AnsweredProcess;
import org.jrunc.agent.CommandProcess;
import org.jrunc.agent.ServedProcess;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeLog;

/**
 * The warm brain: takes clients over and carries their commands out. It holds no state of any container: it can be
 * killed, restarted and replaced at any time, and clients that it does not answer do without it.
 */
public final class Server {

    private static final long SIGN_OF_LIFE_MILLIS = 1000;
    /** A command that takes longer does not keep others from being served. */
    private static final long SLOW_NANOS = 1_000_000_000;
    /** How long a server that is to end waits for the commands it has begun. */
    private static final long END_MILLIS = 10_000;
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int STREAM_BUFFER = 8192;

    private final Commands commands;
    private final RuntimeLog log;
    private final Identity self;
    private final ServerSocket socket;
    private final Workers workers;
    /** The clients that were taken over, and when, {@link System#nanoTime}. */
    private final Map<ServedProcess, Long> served = new ConcurrentHashMap<>();
    /** From then on nothing is begun. */
    private volatile boolean ending;

    /** What is done for a client that was taken over. */
    private interface Task {
        int run(PrintStream out, PrintStream err, CommandProcess process);
    }

    private Server(Commands commands, RuntimeLog log, Map<String, String> environment, String runtimeDirectory) {
        LibcKernel libc = LibcKernel.here();
        this.commands = commands;
        this.log = log;
        this.self = Identity.of(libc, "/proc/self", Identity.read(libc, "/proc/self/status"));
        this.socket = ServerSocket.listen(libc, environment, runtimeDirectory);
        this.workers = new Workers(socket, this::handle);
    }

    /**
     * Serves until nothing has come for a while, or this process is told to end.
     *
     * @param log              each command is told there, for who debugs
     * @param environment      of this process: says whether systemd has passed the socket
     * @param runtimeDirectory where the sockets of this user are
     * @param idleMillis       ends after so long without a command; negative for never
     */
    public static void serve(Commands commands, RuntimeLog log, Map<String, String> environment,
            String runtimeDirectory, long idleMillis) {
        Server server = new Server(commands, log, environment, runtimeDirectory);
        Runtime.getRuntime().addShutdownHook(new Thread(server::end, "end"));
        server.live(idleMillis);
        // What comes from here on stays in the socket: it is for the next server, or goes cold.
        server.end();
    }

    private void live(long idleMillis) {
        long tick = idleMillis < 0 ? SIGN_OF_LIFE_MILLIS : Math.min(idleMillis, SIGN_OF_LIFE_MILLIS);
        while (idleMillis < 0 || workers.idleNanos() < idleMillis * NANOS_PER_MILLI) {
            int slow = 0;
            for (Map.Entry<ServedProcess, Long> one : served.entrySet()) {
                one.getKey().signOfLife();
                slow += System.nanoTime() - one.getValue() > SLOW_NANOS ? 1 : 0;
            }
            workers.ensure(slow);
            Workers.pause(tick);
        }
    }

    /** In a thread that has a working directory and a umask of its own from the first client on. */
    private void handle(int client) {
        LibcKernel kernel = LibcKernel.here();
        try {
            Peer peer = Peer.receive(kernel, client, self);
            if (peer == null || ending || !commands.takes(peer.call())) {
                ServedProcess.refuse(kernel, client);
                debug(peer, "goes cold");
                return;
            }
            debug(peer, "is served");
            kernel.unshare(Clone.CLONE_FS);
            kernel.fchdir(peer.cwd());
            kernel.umask(peer.umask());
            if (commands.onlyTells(peer.call())) {
                tell(kernel, client, peer);
            } else {
                serve(kernel, client, peer,
                        (out, err, process) -> commands.run(peer.call(), out, err, process));
            }
        } catch (KernelException | AgentException gone) {
            // Nobody is left to tell. What had begun was undone by the command.
            return;
        } catch (RuntimeException | Error e) {
            log.log(RuntimeLog.Level.ERROR, "internal error: " + e);
        } finally {
            kernel.chdir("/");
            kernel.giveBack();
        }
    }

    /** First the command, then the client, which has one thing left to do. */
    private void tell(LibcKernel kernel, int client, Peer peer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        AnsweredProcess process = new AnsweredProcess(peer.pid());
        PrintStream text = new PrintStream(out, false, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(err, false, StandardCharsets.UTF_8);
        int status = commands.run(peer.call(), text, errors, process);
        text.flush();
        errors.flush();
        if (out.size() <= AnsweredProcess.ROOM && err.size() <= AnsweredProcess.ROOM) {
            process.answer(kernel, client, out.toByteArray(), err.toByteArray(), status);
        } else {
            serve(kernel, client, peer, (clientsOut, clientsErr, taken) -> {
                clientsOut.writeBytes(out.toByteArray());
                clientsErr.writeBytes(err.toByteArray());
                return status;
            });
        }
    }

    private void serve(LibcKernel kernel, int client, Peer peer, Task task) {
        try (ServedProcess process = new ServedProcess(kernel, client, peer.remote(), peer.pid())) {
            served.put(process, System.nanoTime());
            try {
                PrintStream out = stream(kernel, peer.out());
                PrintStream err = stream(kernel, peer.err());
                int status = task.run(out, err, process);
                err.flush();
                process.exit(out.checkError() && status == 0 ? 1 : status);
            } finally {
                served.remove(process);
            }
        }
    }

    private void debug(Peer peer, String what) {
        if (log.isDebug()) {
            log.debug(peer == null ? "a process of another build, or that may do more or less, " + what
                    : "process " + peer.pid() + " " + what + ": " + peer.call().arguments());
        }
    }

    private static PrintStream stream(LibcKernel kernel, int fd) {
        return new PrintStream(new BufferedOutputStream(new DescriptorStream(kernel, fd), STREAM_BUFFER), false,
                StandardCharsets.UTF_8);
    }

    /** Before this JVM ends: lets what has begun come to its end. New clients find nobody and go cold. */
    private void end() {
        ending = true;
        socket.remove(LibcKernel.here());
        long start = System.nanoTime();
        while (!workers.areIdle() && System.nanoTime() - start < END_MILLIS * NANOS_PER_MILLI) {
            Workers.pause(5);
        }
    }
}
