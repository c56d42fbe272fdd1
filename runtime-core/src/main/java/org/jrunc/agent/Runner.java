package org.jrunc.agent;

import java.util.Optional;
import org.jrunc.kernel.Syscall;

/**
 * Runs a program through an agent under the eyes of this JVM. The agent waits in slices, so that its calls stay below
 * the time after which it counts as hung, and the end of its socket ends the wait: then the agent ends, and the
 * program gets its parent death signal.
 */
final class Runner {

    private static final long SLICE_MILLIS = 2000;

    private final AgentKernel kernel;
    private final ForkExec program;

    private Runner(AgentKernel kernel, ForkExec program) {
        this.kernel = kernel;
        this.program = program;
    }

    static Outcome run(AgentKernel kernel, Space space, Execution execution, long timeoutMillis) {
        ForkExec program = new ForkExec(kernel.abi(), space, execution);
        program.cut(kernel.mailbox().done(), kernel.remoteSocket());
        long start = System.nanoTime();
        boolean timedOut = !new Runner(kernel, program).await(start, timeoutMillis);
        kernel.start(timedOut ? program.kill() : program.reap());
        kernel.awaitDone("wait4");
        long nanos = System.nanoTime() - start;
        int status = (int) space.get(program.status());
        Optional<Step> failed = program.failedInChild();
        return failed.isEmpty() ? new Outcome(status, timedOut, "", 0, nanos)
                : new Outcome(status, timedOut, failed.get().call().call(), (int) -failed.get().result(), nanos);
    }

    /** Returns whether the program has ended in time. */
    private boolean await(long start, long timeoutMillis) {
        Step next = program.first();
        for (;;) {
            long slice = SLICE_MILLIS;
            if (timeoutMillis >= 0) {
                long passed = (System.nanoTime() - start) / 1_000_000;
                slice = Math.max(0, Math.min(slice, timeoutMillis - passed));
            }
            program.limit(slice);
            kernel.start(next);
            kernel.awaitDone("ppoll");
            kernel.check(program.first().result(), Syscall.CLONE);
            if (program.ended()) {
                return true;
            }
            if (timeoutMillis >= 0 && System.nanoTime() - start >= timeoutMillis * 1_000_000) {
                return false;
            }
            next = program.poll();
        }
    }
}
