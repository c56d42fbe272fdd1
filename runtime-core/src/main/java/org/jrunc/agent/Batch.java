package org.jrunc.agent;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.Syscall;

/**
 * System calls that an agent makes in one round trip, one after the other, up to the first that fails. Results are not
 * known before {@link #run}: every call answers 0, so only calls whose result nobody needs belong here.
 */
public final class Batch implements Kernel {

    private final AgentKernel kernel;
    private final List<Step> steps = new ArrayList<>();

    Batch(AgentKernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public long invoke(Syscall call, Arg... arguments) {
        Step step = new Step(kernel.lane()).call(kernel.abi(), call, arguments).retryOn(Errno.EINTR);
        step.onNegative(kernel.mailbox().done());
        if (!steps.isEmpty()) {
            steps.getLast().onPositive(step);
        }
        steps.add(step);
        return 0;
    }

    /**
     * Makes the calls.
     *
     * @throws org.jrunc.kernel.KernelException for the first that failed; those after it were not made
     */
    public void run() {
        if (steps.isEmpty()) {
            return;
        }
        steps.getLast().onPositive(kernel.mailbox().done());
        kernel.start(steps.getFirst());
        kernel.awaitDone(steps.getLast().call().call());
        for (Step step : steps) {
            if (step.result() != Record.NEVER) {
                check(step.result(), step.call(), step.arguments());
            }
        }
    }
}
