package org.jrunc.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.Signals;
import org.jrunc.kernel.Syscall;

/**
 * The records that run a program as a child of an agent and wait for its end, and no longer than a time-out:
 *
 * <pre>
 * clone(CLONE_PIDFD) ──child── prctl(PDEATHSIG) dup3 dup3 dup3 [chdir] close_range execve ──failed── exit_group(127)
 *   │
 * ppoll(pidfd) ──time over── note it, pidfd_send_signal(SIGKILL)
 *   │                          │
 *   └──────────────────────── wait4, close(pidfd), look at the wait status: ok or failed
 * </pre>
 *
 * <p>They need no brain: the program that ends in the container's own execve(2) runs its startContainer hooks with
 * them. Who has a brain ({@link Runner}) cuts the chain after the ppoll, to wait in slices and to see the socket.
 */
final class ForkExec {

    /** An upper limit of the bytes of all records and words. */
    static final long RECORDS = 32 * Record.STRIDE;

    private static final int POLLIN = 1;
    private static final int NOT_STARTED = 127;

    private final Abi abi;
    private final Space space;
    /** {@code struct pollfd[2]}: the child's pidfd, and whatever else should end the wait. */
    private final long polled;
    private final long timeout;
    private final long status;
    private final long timedOut;
    private final List<Step> child = new ArrayList<>();
    private final Step exit;
    private final Step clone;
    private final Step poll;
    private final Step note;
    private final Step pidfdOfKill;
    private final Step kill;
    private final Step reap;
    private final Step pidfdOfClose;
    private final Step close;
    private final Step check;

    /** Writes the records; {@link #then} must follow. */
    ForkExec(Abi abi, Space space, Execution execution) {
        this.abi = abi;
        this.space = space;
        polled = space.word();
        space.word();
        timeout = space.word();
        space.word();
        status = space.word();
        timedOut = space.word();
        clone = new Step(space);
        poll = new Step(space);
        note = new Step(space);
        pidfdOfKill = new Step(space);
        kill = new Step(space);
        reap = new Step(space);
        pidfdOfClose = new Step(space);
        close = new Step(space);
        check = new Step(space);
        exit = new Step(space).call(abi, Syscall.EXIT_GROUP, Arg.of(NOT_STARTED));
        exit.then(exit);
        space.set(polled, pollfd(0));
        // The kernel stores the pidfd as an int, right into the pollfd.
        clone.call(abi, Syscall.CLONE, Arg.of(Clone.CLONE_PIDFD | Signals.SIGCHLD), Arg.none(), Arg.of(polled),
                Arg.none(), Arg.none()).onZero(childProgram(execution)).onPositive(poll).storeAt(reap.argument(0));
        poll.call(abi, Syscall.PPOLL, Arg.of(polled), Arg.of(1), Arg.none(), Arg.none(), Arg.of(0));
        writeEnd();
    }

    private Step childProgram(Execution execution) {
        Chain chain = new Chain(abi, space);
        // The agent ends when its brain does, and the program with it.
        addToChild(chain, Syscall.PRCTL, Arg.of(Prctl.PR_SET_PDEATHSIG), Arg.of(Signals.SIGKILL), Arg.none(),
                Arg.none(), Arg.none());
        addToChild(chain, Syscall.DUP3, Arg.of(execution.stdin()), Arg.of(0), Arg.of(0));
        addToChild(chain, Syscall.DUP3, Arg.of(execution.stdout()), Arg.of(1), Arg.of(0));
        addToChild(chain, Syscall.DUP3, Arg.of(execution.stderr()), Arg.of(2), Arg.of(0));
        if (execution.directory().isPresent()) {
            addToChild(chain, Syscall.CHDIR, Arg.text(execution.directory().get()));
        }
        addToChild(chain, Syscall.CLOSE_RANGE, Arg.of(3), Arg.of(0xffffffffL), Arg.of(0));
        addToChild(chain, Syscall.EXECVE, Arg.text(execution.path()), Block.strings(execution.arguments()),
                Block.strings(execution.env()));
        chain.end(exit);
        return chain.first();
    }

    private void addToChild(Chain chain, Syscall call, Arg... arguments) {
        child.add(chain.add(call, arguments).onNegative(exit));
    }

    private void writeEnd() {
        poll.onPositive(reap).onNegative(pidfdOfKill).onZero(note).retryOn(Errno.EINTR);
        note.move(polled, 0).storeAt(timedOut).then(pidfdOfKill);
        // The word has the events in its upper half; the kernel takes a descriptor as an int and does not see them.
        pidfdOfKill.move(polled, 0).storeAt(kill.argument(0)).then(kill);
        kill.call(abi, Syscall.PIDFD_SEND_SIGNAL, Arg.none(), Arg.of(Signals.SIGKILL), Arg.none(), Arg.of(0))
                .then(reap);
        // Not any child: the first process of a container may have to reap others as well.
        reap.call(abi, Syscall.WAIT4, Arg.none(), Arg.of(status), Arg.of(0), Arg.none()).then(pidfdOfClose)
                .retryOn(Errno.EINTR);
        pidfdOfClose.move(polled, 0).storeAt(close.argument(0)).then(close);
        close.call(abi, Syscall.CLOSE, Arg.none()).then(check);
        check.move(status, 0);
    }

    private static long pollfd(int fd) {
        return (long) POLLIN << 32 | fd;
    }

    /** Limits the next wait. The kernel counts the time left down in place, so an interrupted wait goes on with it. */
    void limit(long millis) {
        space.set(timeout, millis / 1000);
        space.set(timeout + 8, millis % 1000 * 1_000_000);
        space.set(poll.argument(2), timeout);
    }

    /**
     * What follows.
     *
     * @param ok     after a program that exited with 0
     * @param failed after any other end, and when there could be no child at all
     */
    void then(Step ok, Step failed) {
        clone.onNegative(failed);
        check.onZero(ok).onPositive(failed).onNegative(failed);
    }

    /**
     * Cuts the chain: the first part ends with the wait, which then also ends with an event on a socket; the second
     * is to be started at {@link #kill} or {@link #reap}.
     */
    void cut(Step done, int socket) {
        space.set(polled + 8, pollfd(socket));
        space.set(poll.argument(1), 2);
        clone.onNegative(done);
        poll.then(done).onZeroAsPositive();
        close.then(done);
    }

    /** Where the chain starts. */
    Step first() {
        return clone;
    }

    /** Waits. */
    Step poll() {
        return poll;
    }

    /** Kills, reaps and looks at the wait status. */
    Step kill() {
        return pidfdOfKill;
    }

    /** Reaps and looks at the wait status. */
    Step reap() {
        return reap;
    }

    /** Whether the wait was for an event of the child, so that it can be reaped without waiting. */
    boolean ended() {
        return space.get(polled) >>> 48 != 0;
    }

    /** Address of the word with the wait status, wait(2). */
    long status() {
        return status;
    }

    /** Address of a word that is not zero after the time was over. */
    long timedOut() {
        return timedOut;
    }

    /** The child's first call that failed, after which it exits with 127. Empty if it executed the program. */
    Optional<Step> failedInChild() {
        for (Step step : child) {
            if (step.result() < 0 && step.result() != Record.NEVER) {
                return Optional.of(step);
            }
        }
        return Optional.empty();
    }
}
