package org.jrunc.agent;

import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Syscall;

/**
 * The last program of a container's init. It needs no brain: wait for a byte in the start FIFO, close what is the
 * runtime's, execute the container's program. What happens meanwhile is told through the status FIFO, whose last
 * writer is init itself: {@link #EXECUTING} right before execve, and behind it the negative errno as an 8-byte word when
 * that fails; the end of file after {@code EXECUTING} alone means that the program runs.
 */
public final class Launch {

    /** Told right before execve. */
    public static final byte EXECUTING = 'E';

    private static final int EXIT_STATUS = 255;

    private Launch() {
    }

    /**
     * What init does on its own.
     *
     * @param startFifo   its descriptor of the start FIFO, open for reading and writing so that it blocks
     * @param statusFifo  its descriptor of the status FIFO, open for writing (and reading) and close-on-exec
     * @param path        the program
     * @param arguments   argv
     * @param environment envp
     */
    public record Plan(int startFifo, int statusFifo, String path, List<String> arguments, List<String> environment) {
    }

    /**
     * Lets init go: from here on it depends on nobody. This must be the very last act of creating a container, since
     * before it, init dies with this JVM.
     */
    public static void release(Agent init, Plan plan) {
        AgentKernel kernel = init.kernel();
        kernel.reset();
        Chain chain = new Chain(kernel);
        Step exit = chain.free(Syscall.EXIT_GROUP, Arg.of(EXIT_STATUS));
        Step wait = chain.add(Syscall.READ, Arg.of(plan.startFifo), Arg.of(chain.word()), Arg.of(1));
        wait.retryOn(Errno.EINTR).onNegative(exit);
        chain.add(Syscall.CLOSE, Arg.of(plan.startFifo));
        chain.add(Syscall.WRITE, Arg.of(plan.statusFifo), Block.in(new byte[] {EXECUTING}), Arg.of(1));
        long errno = chain.word();
        chain.add(Syscall.EXECVE, Arg.text(plan.path), Block.strings(plan.arguments), Block.strings(plan.environment))
                .storeAt(errno);
        chain.add(Syscall.WRITE, Arg.of(plan.statusFifo), Arg.of(errno), Arg.of(8));
        chain.end(exit);
        Step first = new Step(kernel.lane());
        first.call(kernel.abi(), Syscall.CLOSE, Arg.of(kernel.remoteSocket())).then(chain.first());
        kernel.start(first);
        init.close();
    }
}
