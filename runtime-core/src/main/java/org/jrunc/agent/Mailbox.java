package org.jrunc.agent;

import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Syscall;

/**
 * The records at the start of a lane with which an agent serves this JVM: wait for the address of a program, run it,
 * say that it is done, wait again. There is no control code: waiting and answering are records like any other. The end
 * of the socket, because this JVM closed it or died, leads to the exit record, so no agent outlives its brain.
 */
final class Mailbox {

    private final Step exit;
    private final Step waiting;
    private final Step done;

    /**
     * Writes the records.
     *
     * @param socket number of the agent's end of the socket pair, in the agent
     */
    Mailbox(Abi abi, Space lane, int socket) {
        exit = new Step(lane);
        waiting = new Step(lane);
        done = new Step(lane);
        exit.call(abi, Syscall.EXIT_GROUP, Arg.of(1)).then(exit);
        // The eight bytes that arrive are the target for "positive" of this very record.
        waiting.call(abi, Syscall.READ, Arg.of(socket), Arg.of(waiting.positive()), Arg.of(8))
                .onZero(exit).onNegative(exit).retryOn(Errno.EINTR);
        done.call(abi, Syscall.WRITE, Arg.of(socket), Arg.of(lane.word()), Arg.of(1))
                .onPositive(waiting).onNegative(exit).retryOn(Errno.EINTR);
    }

    /** Ends the agent. */
    Step exit() {
        return exit;
    }

    /** Waits for a program. */
    Step waiting() {
        return waiting;
    }

    /** Reports the end of a program and waits for the next. */
    Step done() {
        return done;
    }
}
