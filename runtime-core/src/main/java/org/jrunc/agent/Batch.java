package org.jrunc.agent;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
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
        add(new Step(kernel.lane()).call(kernel.abi(), call, arguments).retryOn(Errno.EINTR));
        return 0;
    }

    /** Adds what it takes to write an existing file in one write(2). */
    public void writeFile(String path, byte[] content) {
        Step open = new Step(kernel.lane());
        Step fdOfWrite = new Step(kernel.lane());
        Step write = new Step(kernel.lane());
        Step fdOfClose = new Step(kernel.lane());
        Step close = new Step(kernel.lane());
        long fd = kernel.lane().word();
        add(open.call(kernel.abi(), Syscall.OPENAT, Arg.of(AT_FDCWD), Arg.text(path),
                Arg.of(OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC), Arg.of(0)).storeAt(fd).retryOn(Errno.EINTR));
        add(fdOfWrite.move(fd, 0).storeAt(write.argument(0)));
        add(write.call(kernel.abi(), Syscall.WRITE, Arg.none(), Block.in(content), Arg.of(content.length))
                .retryOn(Errno.EINTR));
        add(fdOfClose.move(fd, 0).storeAt(close.argument(0)));
        add(close.call(kernel.abi(), Syscall.CLOSE, Arg.none()));
    }

    private void add(Step step) {
        step.onNegative(kernel.mailbox().done());
        if (!steps.isEmpty()) {
            steps.getLast().onPositive(step);
        }
        steps.add(step);
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
