package org.jrunc.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Syscall;

/** System calls that an agent makes in one round trip. */
public final class Batch implements CallSequence {

    private static final int O_WRONLY_CLOEXEC = 1 | 0x80000;
    /**
     * What calls answer before they are made: this and their index. No descriptor is that large, and no flag word of
     * the calls that take descriptors looks like it.
     */
    private static final int PROMISE = 0x7f5a_0000;
    /** When less memory than this is left for the next call, those before it are made. */
    private static final long ROOM = 16 << 10;

    private final AgentKernel kernel;
    private final boolean independent;
    /** Results by index, of the calls that were made. */
    private long[] results = new long[16];
    private int made;
    private final List<Step> steps = new ArrayList<>();
    /** The records of {@link #steps}, and those between them that move results. */
    private Step last;
    private Step first;

    Batch(AgentKernel kernel, boolean independent) {
        this.kernel = kernel;
        this.independent = independent;
    }

    @Override
    public long invoke(Syscall call, Arg... arguments) {
        if (kernel.lane().free() < ROOM) {
            run();
        }
        Step step = new Step(kernel.lane()).call(kernel.abi(), call, known(arguments));
        // openat2 answers EAGAIN when anything on the system was renamed or mounted while it resolved the path.
        step.retryOn(call == Syscall.OPENAT2 ? Errno.EAGAIN : Errno.EINTR);
        for (int i = 0; i < arguments.length; i++) {
            int index = promised(arguments[i]);
            if (index >= made) {
                Step move = new Step(kernel.lane()).move(steps.get(index - made).resultWord(), 0);
                append(move.storeAt(step.argument(i)));
            }
        }
        append(step);
        steps.add(step);
        return PROMISE + made + steps.size() - 1;
    }

    /** With the results that are there in the place of what stood for them. */
    private Arg[] known(Arg[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            int index = promised(arguments[i]);
            if (index >= 0 && index < made) {
                arguments[i] = Arg.of(results[index]);
            }
        }
        return arguments;
    }

    private int promised(Arg argument) {
        long index = argument.number() - PROMISE;
        return index >= 0 && index < made + steps.size() ? (int) index : -1;
    }

    /** In independent calls a failure goes on with the next one, too. */
    private void append(Step step) {
        if (last == null) {
            first = step;
        } else {
            last.onPositive(step).onNegative(independent ? step : kernel.mailbox().done());
        }
        last = step;
    }

    /** Adds what it takes to write an existing file in one write(2). */
    public void writeFile(String path, byte[] content) {
        int fd = openat(AT_FDCWD, path, O_WRONLY_CLOEXEC, 0);
        write(fd, content);
        close(fd);
    }

    @Override
    public void run() {
        if (steps.isEmpty()) {
            return;
        }
        last.then(kernel.mailbox().done());
        kernel.start(first);
        kernel.awaitDone(steps.getLast().call().call());
        results = Arrays.copyOf(results, Math.max(results.length, made + steps.size()));
        Step failed = null;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            step.collect();
            results[made + i] = step.result();
            if (failed == null && step.result() < 0 && step.result() != Record.NEVER) {
                failed = step;
            }
        }
        made += steps.size();
        steps.clear();
        last = null;
        kernel.reset();
        if (failed != null && !independent) {
            kernel.check(failed.result(), failed.call(), known(failed.arguments()));
        }
    }

    @Override
    public int result(int answer) {
        int index = promised(Arg.of(answer));
        if (index < 0) {
            throw new IllegalArgumentException("not an answer of this batch: " + answer);
        }
        return index >= made || results[index] == Record.NEVER ? NOT_MADE : (int) results[index];
    }
}
