package org.jrunc.warm;

import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jrunc.agent.AgentException;
import org.jrunc.agent.ServedProcess;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Sockets;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeLog;

/**
 * The warm brain: takes clients over and carries their commands out. It holds no state of any container: it can be
 * killed, restarted and replaced at any time, and clients that it does not answer do without it.
 */
public final class Server {

    /** How many commands are carried out at a time. More wait, and go cold after {@code TIMEOUT_SECONDS}. */
    private static final int THREADS = 16;
    private static final long THREAD_IDLE_SECONDS = 30;
    private static final long SIGN_OF_LIFE_MILLIS = 1000;
    /** How long a server that is to end waits for the commands it has begun. */
    private static final long END_MILLIS = 10_000;
    private static final int POLLIN = 1;
    private static final int STREAM_BUFFER = 8192;

    private final Commands commands;
    private final RuntimeLog log;
    private final LibcKernel libc = LibcKernel.here();
    private final Identity self;
    private final ServerSocket socket;
    private final Set<ServedProcess> served = ConcurrentHashMap.newKeySet();
    /** A client goes to an idle thread, else to a new one, and waits only when there are as many as there may be. */
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(0, THREADS, THREAD_IDLE_SECONDS,
            TimeUnit.SECONDS, new Handover(), (client, pool) -> pool.getQueue().add(client));
    /** From then on nothing is begun. */
    private volatile boolean ending;

    private Server(Commands commands, RuntimeLog log, Map<String, String> environment, String runtimeDirectory) {
        this.commands = commands;
        this.log = log;
        this.self = Identity.of(libc, "/proc/self", Identity.read(libc, "/proc/self/status"));
        this.socket = ServerSocket.listen(libc, environment, runtimeDirectory);
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
        Thread life = new Thread(server::signsOfLife, "signs-of-life");
        life.setDaemon(true);
        life.start();
        server.accept(idleMillis);
    }

    /** A pool makes a new thread when its queue does not take a task: so this one takes what somebody waits for. */
    private static final class Handover extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable client) {
            return tryTransfer(client);
        }

        @Override
        public boolean add(Runnable client) {
            put(client);
            return true;
        }
    }

    private void accept(long idleMillis) {
        while (!ending) {
            boolean came = libc.poll(socket.fd(), POLLIN, idleMillis) != 0;
            if (!came && workers.getActiveCount() == 0) {
                // What comes from here on stays in the socket: it is for the next server, or goes cold.
                end();
            } else if (came && !ending) {
                acceptOne();
            }
        }
    }

    private void acceptOne() {
        long client = libc.invoke(Syscall.ACCEPT4, Arg.of(socket.fd()), Arg.none(), Arg.none(),
                Arg.of(Sockets.SOCK_CLOEXEC));
        if (client >= 0) {
            workers.execute(() -> handle((int) client));
        } else if (client != -Errno.EINTR && client != -Errno.EAGAIN) {
            // Mostly for want of descriptors: commands that end give them back.
            pause(100);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In a thread of the pool, which has a working directory and a umask of its own. */
    private void handle(int client) {
        LibcKernel kernel = LibcKernel.here();
        kernel.giveBack();
        kernel.received(client);
        try {
            Peer peer = Peer.receive(kernel, client, self);
            if (peer == null || ending || !commands.takes(peer.call())) {
                ServedProcess.refuse(kernel, client);
                debug(peer, "goes cold");
                return;
            }
            kernel.unshare(Clone.CLONE_FS);
            kernel.fchdir(peer.cwd());
            kernel.umask(peer.umask());
            serve(kernel, client, peer);
        } catch (KernelException | AgentException gone) {
            // Nobody is left to tell. What had begun was undone by the command.
            return;
        } finally {
            kernel.chdir("/");
            kernel.giveBack();
        }
    }

    private void serve(LibcKernel kernel, int client, Peer peer) {
        debug(peer, "is served");
        try (ServedProcess process = new ServedProcess(kernel, client, peer.remote(), peer.pid())) {
            served.add(process);
            try {
                PrintStream out = stream(kernel, peer.out());
                PrintStream err = stream(kernel, peer.err());
                int status = commands.run(peer.call(), out, err, process);
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

    private void signsOfLife() {
        while (!Thread.currentThread().isInterrupted()) {
            pause(SIGN_OF_LIFE_MILLIS);
            for (ServedProcess process : served) {
                process.signOfLife();
            }
        }
    }

    /** Before this JVM ends: lets what has begun come to its end. New clients find nobody and go cold. */
    private void end() {
        ending = true;
        // With system calls of this thread's own: the main thread is in one.
        socket.remove(LibcKernel.here());
        long start = System.nanoTime();
        while (workers.getActiveCount() > 0 && System.nanoTime() - start < END_MILLIS * 1_000_000) {
            pause(5);
        }
    }
}
