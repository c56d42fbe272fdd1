package org.jrunc.agent;

import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Syscall;

/**
 * A program under construction: each added record goes on with the next one, whatever its result, unless told
 * otherwise.
 */
final class Chain {

    private final Abi abi;
    private final Space space;
    private Step first;
    private Step last;

    /** A program in the lane of an agent. */
    Chain(AgentKernel kernel) {
        this(kernel.abi(), kernel.lane());
    }

    /** A program anywhere. */
    Chain(Abi abi, Space space) {
        this.abi = abi;
        this.space = space;
    }

    /** Adds a system call. */
    Step add(Syscall call, Arg... arguments) {
        return add(new Step(space).call(abi, call, arguments));
    }

    /** Adds a move: its result is the word at an address plus a constant. */
    Step addMove(long from, long plus) {
        return add(new Step(space).move(from, plus));
    }

    private Step add(Step step) {
        if (first == null) {
            first = step;
        } else {
            link(step);
        }
        last = step;
        return step;
    }

    /** A system call outside of the chain, which goes on with itself: to jump to. */
    Step free(Syscall call, Arg... arguments) {
        Step step = new Step(space).call(abi, call, arguments);
        return step.then(step);
    }

    /** Goes on at the end of another chain, which is reached by some other way than from this one's end. */
    void continueAfter(Chain other) {
        last = other.last;
    }

    /** A zeroed word. */
    long word() {
        return space.word();
    }

    /** Links the end of the chain to a record. */
    void end(Step next) {
        link(next);
    }

    private void link(Step next) {
        last.defaultTargets(next);
    }

    Step first() {
        return first;
    }
}
