package org.jrunc.agent;

import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CapabilityMasks;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.SeccompCall;
import org.jrunc.kernel.Syscall;

/**
 * The last program of a container's init. It needs no brain: wait for a byte in the start FIFO, run the startContainer
 * hooks, close what is the runtime's, execute the container's program. What happens meanwhile is told through the
 * status FIFO, whose last writer is init itself: {@link #EXECUTING} right before execve, and behind it the negative
 * errno as an 8-byte word when that fails, and {@link #FILTER_FAILED} behind that when it was not execve but the
 * loading of the filter; the end of file after {@code EXECUTING} alone means that the program runs. When a hook fails
 * it is {@link #HOOK_FAILED}, the hook's index, its wait status and whether it timed out as 8-byte words, and the first
 * {@value #HOOK_OUTPUT} bytes that the hook wrote to stderr.
 */
public final class Launch {

    /** Told right before execve. */
    public static final byte EXECUTING = 'E';

    /** Instead of a start FIFO: what an exec adds to a container starts when it is let go. */
    public static final int AT_ONCE = -1;

    /** Told when a startContainer hook has failed. */
    public static final byte HOOK_FAILED = 'H';

    /** Told behind the errno when it is that of the system call filter. */
    public static final byte FILTER_FAILED = 'F';

    private static final int HOOK_OUTPUT = 4096;
    private static final int EXIT_STATUS = 255;

    private Launch() {
    }

    /**
     * What init does on its own.
     *
     * @param startFifo   its descriptor of the start FIFO, open for reading and writing so that it blocks;
     *                    {@link #AT_ONCE} to wait for nobody
     * @param statusFifo  its descriptor of the status FIFO, open for writing (and reading) and close-on-exec
     * @param hooks       the startContainer hooks
     * @param path        the program
     * @param arguments   argv
     * @param environment envp
     * @param filter      the system call filter
     */
    public record Plan(int startFifo, int statusFifo, List<Hook> hooks, String path, List<String> arguments,
            List<String> environment, Optional<Filter> filter) {
    }

    /**
     * A system call filter. It is loaded as late as can be, so that it meets few of init's own calls: before the hooks
     * if there are some, as runc does it, otherwise right before execve.
     *
     * @param program      {@code struct sock_filter[]}
     * @param flags        {@code SECCOMP_FILTER_FLAG_*}
     * @param capabilities what to give up then: without no_new_privs only CAP_SYS_ADMIN may load a filter
     */
    public record Filter(byte[] program, int flags, Optional<CapabilityMasks> capabilities) {
    }

    /**
     * A startContainer hook.
     *
     * @param execution     what to execute; its descriptors are closed in the end
     * @param timeoutMillis how long it may take, negative for as long as it wants
     */
    public record Hook(Execution execution, long timeoutMillis) {
    }

    /**
     * Lets init go: from here on it depends on nobody. This must be the very last act of creating a container, since
     * before it, init dies with this JVM.
     */
    public static void release(Agent init, Plan plan) {
        init.kernel().start(write(init, plan));
        init.close();
    }

    /**
     * Writes the program, and leaves it to a monitor to let init go.
     *
     * @return what the monitor has to send to init's socket
     */
    public static Ready prepare(Agent init, Plan plan) {
        return new Ready(init.kernel().socket(), write(init, plan).address());
    }

    /**
     * An init that is ready to be let go.
     *
     * @param socket  this process's end of its socket
     * @param program address of its last program, to be written to the socket as an 8-byte word
     */
    public record Ready(int socket, long program) {
    }

    private static Step write(Agent init, Plan plan) {
        AgentKernel kernel = init.kernel();
        // While this JVM waits for it: a program that did so itself might come too late. Until it is let go, init still
        // ends with the JVM, by the end of its socket.
        kernel.prctl(Prctl.PR_SET_PDEATHSIG, 0, 0, 0, 0);
        kernel.reset();
        Chain chain = new Chain(kernel);
        Step exit = chain.free(Syscall.EXIT_GROUP, Arg.of(EXIT_STATUS));
        chain.add(Syscall.CLOSE, Arg.of(kernel.remoteSocket()));
        if (plan.startFifo != AT_ONCE) {
            chain.add(Syscall.READ, Arg.of(plan.startFifo), Arg.of(chain.word()), Arg.of(1)).retryOn(Errno.EINTR)
                    .onNegative(exit);
        }
        if (plan.filter.isPresent() && !plan.hooks.isEmpty()) {
            addFilter(kernel, chain, plan, exit, true);
        }
        for (int i = 0; i < plan.hooks.size(); i++) {
            addHook(kernel, chain, plan, i, exit);
        }
        if (plan.startFifo != AT_ONCE) {
            chain.add(Syscall.CLOSE, Arg.of(plan.startFifo));
        }
        chain.add(Syscall.WRITE, Arg.of(plan.statusFifo), Block.in(new byte[] {EXECUTING}), Arg.of(1));
        if (plan.filter.isPresent() && plan.hooks.isEmpty()) {
            addFilter(kernel, chain, plan, exit, false);
        }
        long errno = chain.word();
        chain.add(Syscall.EXECVE, Arg.text(plan.path), Block.strings(plan.arguments), Block.strings(plan.environment))
                .storeAt(errno);
        chain.add(Syscall.WRITE, Arg.of(plan.statusFifo), Arg.of(errno), Arg.of(8));
        chain.end(exit);
        return chain.first();
    }

    /** @param early whether {@link #EXECUTING} has not been told yet */
    private static void addFilter(AgentKernel kernel, Chain chain, Plan plan, Step exit, boolean early) {
        Filter filter = plan.filter.get();
        long errno = chain.word();
        Chain failed = new Chain(kernel);
        if (early) {
            failed.add(Syscall.WRITE, Arg.of(plan.statusFifo), Block.in(new byte[] {EXECUTING}), Arg.of(1));
        }
        failed.add(Syscall.WRITE, Arg.of(plan.statusFifo), Arg.of(errno), Arg.of(8));
        failed.add(Syscall.WRITE, Arg.of(plan.statusFifo), Block.in(new byte[] {FILTER_FAILED}), Arg.of(1));
        failed.end(exit);
        chain.add(Syscall.SECCOMP, SeccompCall.load(filter.program, filter.flags)).storeAt(errno)
                .onNegative(failed.first());
        if (filter.capabilities.isPresent()) {
            // Without that the program must not run.
            chain.add(Syscall.CAPSET, CapabilityMasks.header(), filter.capabilities.get().data()).storeAt(errno)
                    .onNegative(failed.first());
        }
    }

    private static void addHook(AgentKernel kernel, Chain chain, Plan plan, int index, Step exit) {
        Execution execution = plan.hooks.get(index).execution;
        ForkExec run = new ForkExec(kernel.abi(), kernel.lane(), execution);
        if (plan.hooks.get(index).timeoutMillis >= 0) {
            run.limit(plan.hooks.get(index).timeoutMillis);
        }
        Chain failed = new Chain(kernel);
        failed.add(Syscall.WRITE, Arg.of(plan.statusFifo), Block.in(new byte[] {HOOK_FAILED}), Arg.of(1));
        failed.add(Syscall.WRITE, Arg.of(plan.statusFifo), Block.in(8).u64(0, index), Arg.of(8));
        failed.add(Syscall.WRITE, Arg.of(plan.statusFifo), Arg.of(run.status()), Arg.of(8));
        failed.add(Syscall.WRITE, Arg.of(plan.statusFifo), Arg.of(run.timedOut()), Arg.of(8));
        failed.add(Syscall.SENDFILE, Arg.of(plan.statusFifo), Arg.of(execution.stderr()), Arg.of(chain.word()),
                Arg.of(HOOK_OUTPUT));
        failed.end(exit);
        chain.end(run.first());
        Step ok = chain.add(Syscall.CLOSE, Arg.of(execution.stdin()));
        run.then(ok, failed.first());
        chain.add(Syscall.CLOSE, Arg.of(execution.stdout()));
        chain.add(Syscall.CLOSE, Arg.of(execution.stderr()));
    }
}
