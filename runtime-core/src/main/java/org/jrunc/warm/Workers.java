package org.jrunc.warm;

import java.util.function.IntConsumer;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.LibcKernel;

/**
 * The threads of a server. Each waits for a client itself, does what it wants, and waits again: to hand a client over to
 * another thread would take as long as a small command does. As long as there may be more, there is always one that
 * waits.
 */
final class Workers {

    /** How many clients are served at a time, besides slow ones. More wait in the socket. */
    private static final int MOST = 16;
    /** Slow ones included: hooks may take minutes. */
    private static final int MOST_OF_ALL = 128;
    /** More do not wait, but end. */
    private static final int MOST_WAITING = 4;
    private static final long NO_DESCRIPTORS_MILLIS = 100;

    private final ServerSocket socket;
    private final IntConsumer work;
    private int waiting;
    private int busy;
    private int slow;
    private long idleSince = System.nanoTime();

    /**
     * No thread yet.
     *
     * @param socket where clients come
     * @param work   gets the connection of each client, in the thread that is to serve it
     */
    Workers(ServerSocket socket, IntConsumer work) {
        this.socket = socket;
        this.work = work;
    }

    /**
     * Has a thread wait for clients, if none does and there may be one more.
     *
     * @param slowOnes how many clients are being served that take long
     */
    synchronized void ensure(int slowOnes) {
        slow = slowOnes;
        ensure();
    }

    private void ensure() {
        if (waiting == 0 && busy - slow < MOST && busy < MOST_OF_ALL) {
            try {
                Thread thread = new Thread(this::run, "worker");
                thread.setDaemon(true);
                thread.start();
                waiting++;
            } catch (OutOfMemoryError none) {
                // There are limits to the number of threads. The server tries again.
                return;
            }
        }
    }

    /** Whether nobody is served. */
    synchronized boolean areIdle() {
        return busy == 0;
    }

    /** For how long nobody has been served; 0 while somebody is. */
    synchronized long idleNanos() {
        return busy > 0 ? 0 : System.nanoTime() - idleSince;
    }

    private void run() {
        LibcKernel kernel = LibcKernel.here();
        // From here on it takes note of what is to be given back, of each client's connection first.
        kernel.giveBack();
        do {
            int client = accept(kernel);
            begin();
            serve(client);
        } while (goesOn());
        LibcKernel.leave();
    }

    private void serve(int client) {
        try {
            work.accept(client);
        } catch (RuntimeException | Error e) {
            lost();
            throw e;
        }
    }

    /** What a thread has left undone that ends by a fault, its next client would find. */
    private synchronized void lost() {
        served();
        ensure();
    }

    private void served() {
        busy--;
        if (busy == 0) {
            idleSince = System.nanoTime();
        }
    }

    private int accept(LibcKernel kernel) {
        while (true) {
            long client = socket.accept(kernel);
            if (client >= 0) {
                return (int) client;
            }
            if (client != -Errno.EINTR && client != -Errno.EAGAIN) {
                // Mostly for want of descriptors: commands that end give them back.
                pause(NO_DESCRIPTORS_MILLIS);
            }
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void begin() {
        waiting--;
        busy++;
        ensure();
    }

    private synchronized boolean goesOn() {
        served();
        if (waiting >= MOST_WAITING) {
            return false;
        }
        waiting++;
        return true;
    }
}
