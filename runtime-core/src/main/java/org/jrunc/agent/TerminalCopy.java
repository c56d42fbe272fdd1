package org.jrunc.agent;

import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.Signals;
import org.jrunc.kernel.Syscall;
import org.jrunc.kernel.Tty;

/**
 * The monitor's work on a terminal. Each direction has a process of its own that reads and writes with blocking calls:
 * nothing is lost when a reader is slow, and a reader that stands still does not keep signals from being forwarded.
 */
final class TerminalCopy {

    private static final int MASTER = 3;
    private static final int BUFFER = 8192;
    /**
     * What a copier tells the monitor when it ends. So wait4(2) passes it over while the monitor looks for init (it
     * would need __WCLONE), and its pid stays its own: an end of file comes often before the end of init.
     */
    private static final int NO_SIGNAL = 0;
    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;
    /** How long output may take to drain once the container has ended. */
    private static final int DRAIN_SECONDS = 10;

    private final Abi abi;
    private final Space space;
    private final Monitor.Terminal terminal;
    private final long input;
    private final long output;

    /** The work, in the memory of the monitor. */
    TerminalCopy(Abi abi, Space space, Monitor.Terminal terminal) {
        this.abi = abi;
        this.space = space;
        this.terminal = terminal;
        this.input = space.word();
        this.output = space.word();
    }

    /** Gives the container's terminal the size of the caller's, before the container's program looks at it. */
    void size(Chain chain) {
        if (terminal.host() >= 0) {
            addResize(chain, terminal.host(), terminal.master());
        }
    }

    /** Sets the caller's terminal to raw mode, and starts to copy. */
    void begin(Chain chain) {
        if (terminal.master() != MASTER) {
            chain.add(Syscall.DUP3, Arg.of(terminal.master()), Arg.of(MASTER), Arg.of(0));
        }
        if (terminal.host() > MASTER) {
            chain.add(Syscall.DUP3, Arg.of(terminal.host()), Arg.of(host()), Arg.of(0));
        }
        chain.add(Syscall.CLOSE_RANGE, Arg.of(terminal.host() > MASTER ? host() + 1 : MASTER + 1),
                Arg.of(0xffffffffL), Arg.of(0));
        if (terminal.host() >= 0) {
            chain.add(Syscall.IOCTL, Arg.of(host()), Arg.of(Tty.TCSETS), Block.in(terminal.raw()));
        }
        chain.add(Syscall.CLONE, Arg.of(NO_SIGNAL), Arg.none(), Arg.none(), Arg.none(), Arg.none())
                .onZero(copier(0, MASTER, false)).storeAt(input);
        chain.add(Syscall.CLONE, Arg.of(NO_SIGNAL), Arg.none(), Arg.none(), Arg.none(), Arg.none())
                .onZero(copier(MASTER, 1, true)).storeAt(output);
    }

    /** Descriptor of the caller's terminal in the monitor: one of 0 to 2 as it was, /dev/tty behind the master. */
    private int host() {
        return terminal.host() > MASTER ? MASTER + 1 : terminal.host();
    }

    /** Gives the container's terminal the size of the caller's. */
    Step resize(Step next) {
        if (terminal.host() < 0) {
            return next;
        }
        Chain chain = new Chain(abi, space);
        addResize(chain, host(), MASTER);
        chain.end(next);
        return chain.first();
    }

    private void addResize(Chain chain, int host, int master) {
        long size = space.word();
        chain.add(Syscall.IOCTL, Arg.of(host), Arg.of(Tty.TIOCGWINSZ), Arg.of(size));
        chain.add(Syscall.IOCTL, Arg.of(master), Arg.of(Tty.TIOCSWINSZ), Arg.of(size));
    }

    /** Stops reading input, waits until the output is written, and resets the caller's terminal. */
    void finish(Chain chain) {
        Step inputPid = chain.addMove(input, 0);
        Step kill = chain.add(Syscall.KILL, Arg.of(0), Arg.of(Signals.SIGKILL));
        inputPid.storeAt(kill.argument(0));
        // The copier ends by itself when the last process has closed the container's terminal. One that was left
        // running outside of the container's pid namespace may never do so: hence the deadline.
        long descriptor = space.word();
        long pollfd = space.word();
        Step outputPid = chain.addMove(output, 0);
        // A copier that could not be made (EAGAIN) has an errno for a pid: that would be a process group.
        inputPid.onZero(outputPid).onNegative(outputPid);
        Step open = chain.add(Syscall.PIDFD_OPEN, Arg.of(0), Arg.of(0)).storeAt(descriptor);
        outputPid.storeAt(open.argument(0));
        // struct pollfd is an int and two shorts: the events are in the upper half of the word.
        chain.addMove(descriptor, (long) POLLIN << 32).storeAt(pollfd);
        chain.add(Syscall.PPOLL, Arg.of(pollfd), Arg.of(1), Block.in(16).u64(0, DRAIN_SECONDS), Arg.none(),
                Arg.of(0)).retryOn(Errno.EINTR);
        open.onNegative(chain.addMove(descriptor, 0));
        if (terminal.host() >= 0) {
            chain.add(Syscall.IOCTL, Arg.of(host()), Arg.of(Tty.TCSETS), Block.in(terminal.before()));
        }
    }

    /**
     * A process that copies until the end.
     *
     * @param discard go on reading when nothing can be written any more, so that the container does not stand still
     */
    private Step copier(int from, int to, boolean discard) {
        Step exit = new Step(space).call(abi, Syscall.EXIT_GROUP, Arg.of(0));
        exit.then(exit);
        Step read = new Step(space);
        Step write = new Step(space);
        long buffer = space.put(new byte[BUFFER]);
        Chain child = new Chain(abi, space);
        child.add(Syscall.PRCTL, Arg.of(Prctl.PR_SET_PDEATHSIG), Arg.of(Signals.SIGKILL));
        child.end(read);

        Chain begin = new Chain(abi, space);
        begin.addMove(address(buffer), 0).storeAt(write.argument(1));
        begin.end(write);
        read.call(abi, Syscall.READ, Arg.of(from), Arg.of(buffer), Arg.of(BUFFER)).retryOn(Errno.EINTR)
                .storeAt(write.argument(2)).onZero(exit).onPositive(begin.first());
        read.onNegative(again(write.argument(2), from, POLLIN, read, exit));

        long taken = space.word();
        write.call(abi, Syscall.WRITE, Arg.of(to), Arg.of(buffer), Arg.of(0)).retryOn(Errno.EINTR)
                .storeAt(taken).onPositive(advance(taken, write, read));
        write.onNegative(again(taken, to, POLLOUT, write, discard ? read : exit));
        return child.first();
    }

    /** After a write: the rest of the buffer, or the next read. */
    private Step advance(long taken, Step write, Step read) {
        Chain chain = new Chain(abi, space);
        Step plus = chain.addMove(taken, 0);
        Step minus = chain.addMove(taken, 0);
        Step address = chain.addMove(write.argument(1), 0);
        plus.storeAt(address.argument(1));
        address.storeAt(write.argument(1));
        Step count = chain.addMove(write.argument(2), 0);
        minus.storeAt(count.argument(2));
        count.storeAt(write.argument(2)).onZero(read);
        chain.end(write);
        return chain.first();
    }

    /** After a failure: waits and tries again when the descriptor is only not ready, else goes elsewhere. */
    private Step again(long result, int fd, int events, Step retry, Step otherwise) {
        Step compare = new Step(space).move(result, Errno.EAGAIN);
        Step poll = new Step(space).call(abi, Syscall.PPOLL, Block.in(8).u32(0, fd).u16(4, events), Arg.of(1),
                Arg.none(), Arg.none(), Arg.of(0));
        poll.then(retry);
        return compare.onZero(poll).then(otherwise);
    }

    /** A word that holds an address. */
    private long address(long value) {
        long word = space.word();
        space.set(word, value);
        return word;
    }
}
