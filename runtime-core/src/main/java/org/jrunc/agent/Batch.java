package org.jrunc.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
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
    /** Whether the failure of a call ends the sequence, by index. */
    private final BitSet must = new BitSet();
    /** The records of {@link #steps}, and those between them that move results. */
    private Step last;
    private Step first;
    /** Records after whose negative results the next one that is added has its turn. */
    private final List<Step> goingOn = new ArrayList<>();

    Batch(AgentKernel kernel, boolean independent) {
        this.kernel = kernel;
        this.independent = independent;
    }

    @Override
    public long invoke(Syscall call, Arg... arguments) {
        // What close(2) says is of no interest.
        return add(!independent && call != Syscall.CLOSE, call, arguments);
    }

    @Override
    public Kernel anyway() {
        return new Anyway();
    }

    /** Calls of which a failure ends nothing. */
    private final class Anyway implements Kernel {
        @Override
        public long invoke(Syscall call, Arg... arguments) {
            return add(false, call, arguments);
        }
    }

    private long add(boolean needed, Syscall call, Arg... arguments) {
        if (kernel.lane().free() < ROOM) {
            run();
        }
        boolean possible = isPossible(needed, call, arguments);
        Step step = new Step(kernel.lane()).call(kernel.abi(), call, known(arguments));
        // openat2 answers EAGAIN when anything on the system was renamed or mounted while it resolved the path.
        step.retryOn(call == Syscall.OPENAT2 ? Errno.EAGAIN : Errno.EINTR);
        if (possible) {
            addMoves(needed, step, arguments);
        }
        must.set(made + steps.size(), needed);
        steps.add(step);
        return PROMISE + made + steps.size() - 1;
    }

    /** The call, behind the moves of those of its arguments that are yet to come. */
    private void addMoves(boolean needed, Step step, Arg... arguments) {
        List<Step> both = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            int index = promised(arguments[i]);
            if (index >= made) {
                Step move = new Step(kernel.lane()).move(steps.get(index - made).resultWord(), 0);
                // What was not made has the result NEVER; as the word to move again on it would never end.
                append(move.storeAt(step.argument(i)).never(Long.MAX_VALUE));
                both.add(move);
            }
        }
        append(step);
        both.add(step);
        for (Step record : both) {
            record.onNegative(kernel.mailbox().done());
        }
        if (!needed) {
            goingOn.addAll(both);
        }
    }

    /** Whether nothing that it takes has failed in an earlier round trip; if it is needed, that ends the sequence. */
    private boolean isPossible(boolean needed, Syscall call, Arg... arguments) {
        for (Arg argument : arguments) {
            int index = promised(argument);
            if (index >= 0 && index < made && results[index] < 0) {
                if (needed) {
                    kernel.check(results[index] == Record.NEVER ? -Errno.EBADF : results[index], call, known(arguments));
                }
                return false;
            }
        }
        return true;
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

    private void append(Step step) {
        if (last == null) {
            first = step;
        } else {
            last.onPositive(step);
        }
        for (Step record : goingOn) {
            record.onNegative(step);
        }
        goingOn.clear();
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
        if (last != null) {
            last.onPositive(kernel.mailbox().done());
            goingOn.clear();
            kernel.start(first);
            kernel.awaitDone(steps.getLast().call().call());
        }
        results = Arrays.copyOf(results, Math.max(results.length, made + steps.size()));
        for (int i = 0; i < steps.size(); i++) {
            steps.get(i).collect();
            results[made + i] = steps.get(i).result();
        }
        Step failed = failed();
        made += steps.size();
        steps.clear();
        last = null;
        kernel.reset();
        if (failed != null) {
            kernel.check(failed.result(), failed.call(), known(failed.arguments()));
        }
    }

    /** The call that has ended the sequence, if one has. */
    private Step failed() {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (must.get(made + i) && step.result() < 0) {
                return step.result() == Record.NEVER ? reason(step) : step;
            }
        }
        return null;
    }

    /** The call whose failure is why another one was not made: it should have given it a result. */
    private Step reason(Step notMade) {
        for (Arg argument : notMade.arguments()) {
            int index = promised(argument) - made;
            if (index >= 0 && steps.get(index).result() < 0) {
                return steps.get(index).result() == Record.NEVER ? reason(steps.get(index)) : steps.get(index);
            }
        }
        throw new IllegalStateException("a call was not made for no reason: " + notMade.call().call());
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
