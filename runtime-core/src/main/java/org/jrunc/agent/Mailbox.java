package org.jrunc.agent;

import java.nio.charset.StandardCharsets;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.MessageHeader;
import org.jrunc.kernel.Syscall;

/**
 * The records at the start of a lane with which an agent serves this JVM: wait for the address of a program, run it,
 * say that it is done, wait again. There is no control code: waiting and answering are records like any other. The end
 * of the socket, because this JVM closed it or died, leads to the exit record, so no agent outlives its brain.
 */
final class Mailbox {

    private final Step waiting;
    private final Step done;

    /**
     * Writes the records.
     *
     * @param socket    number of the agent's end of the socket pair, in the agent
     * @param lastWords what it says on stderr when the brain is gone; empty for nothing
     */
    Mailbox(Abi abi, Space lane, int socket, String lastWords) {
        Step exit = new Step(lane);
        Step gone = exit;
        waiting = new Step(lane);
        done = new Step(lane);
        exit.call(abi, Syscall.EXIT_GROUP, Arg.of(1)).then(exit);
        if (!lastWords.isEmpty()) {
            byte[] text = lastWords.getBytes(StandardCharsets.UTF_8);
            gone = new Step(lane).call(abi, Syscall.WRITE, Arg.of(2), Block.in(text), Arg.of(text.length)).then(exit);
        }
        // The eight bytes that arrive are the target for "positive" of this very record.
        waiting.call(abi, Syscall.READ, Arg.of(socket), Arg.of(waiting.positive()), Arg.of(8))
                .onZero(gone).onNegative(gone).retryOn(Errno.EINTR);
        done.call(abi, Syscall.SENDTO, Arg.of(socket), Arg.of(lane.word()), Arg.of(1),
                Arg.of(MessageHeader.MSG_NOSIGNAL), Arg.none(), Arg.none())
                .onPositive(waiting).onNegative(gone).retryOn(Errno.EINTR);
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
