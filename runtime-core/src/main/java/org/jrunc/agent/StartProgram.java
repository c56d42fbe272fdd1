package org.jrunc.agent;

import java.util.List;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.MessageHeader;
import org.jrunc.kernel.Signals;
import org.jrunc.kernel.Syscall;

/** The first part of a monitor's program: lets init go, starts the container, and sees that its program is executed. */
final class StartProgram {

    /** Descriptor of the file that tells the reporter what init told. */
    static final int TOLD = 3;

    private static final int BUFFER = 256;

    private final Abi abi;
    private final Space space;
    private final Monitor.Start start;
    private final List<String> environment;
    private final long buffer;
    private final long length;

    /** The part of a program in the memory of the monitor. */
    StartProgram(Abi abi, Space space, Monitor.Start start, List<String> environment) {
        this.abi = abi;
        this.space = space;
        this.start = start;
        this.environment = environment;
        this.buffer = space.put(new byte[BUFFER]);
        this.length = space.word();
    }

    /**
     * Adds the steps. The chain goes on when the container's program was executed.
     *
     * @param exit ends the monitor when not even the reporter can be executed
     */
    void append(Chain chain, Step exit) {
        Step failed = report(exit);
        // Not write(2): when init has died meanwhile, a pending SIGPIPE would end the reporter before it can say so.
        chain.add(Syscall.SENDTO, Arg.of(start.init().socket()), Block.in(8).u64(0, start.init().program()), Arg.of(8),
                Arg.of(MessageHeader.MSG_NOSIGNAL), Arg.none(), Arg.of(0));
        chain.add(Syscall.CLOSE, Arg.of(start.init().socket()));
        if (start.startFifo() != Launch.AT_ONCE) {
            chain.add(Syscall.WRITE, Arg.of(start.startFifo()), Block.in(1), Arg.of(1));
            chain.add(Syscall.CLOSE, Arg.of(start.startFifo()));
        }
        // One byte: that init is about to execute the program. Anything else is a failure.
        chain.add(Syscall.READ, Arg.of(start.statusFifo()), Arg.of(buffer), Arg.of(1)).retryOn(Errno.EINTR)
                .storeAt(length).onNegative(failed).onZero(failed);
        Step executing = new Step(space);
        chain.addMove(buffer, -Launch.EXECUTING).onZero(executing).onPositive(failed).onNegative(failed);
        Chain rest = new Chain(abi, space);
        rest.add(Syscall.CLOSE, Arg.of(start.statusFifo()));
        for (String file : start.files()) {
            rest.add(Syscall.UNLINKAT, Arg.of(Kernel.AT_FDCWD), Arg.text(file), Arg.of(0));
        }
        // Then the end of the file, which comes with execve; or an error number, which goes behind the byte.
        Step more = new Step(space);
        executing.call(abi, Syscall.READ, Arg.of(start.statusFifo()), Arg.of(buffer + 1), Arg.of(8))
                .retryOn(Errno.EINTR).storeAt(length).onZero(rest.first()).onPositive(more).onNegative(failed);
        more.move(length, 1).storeAt(length).then(failed);
        chain.continueAfter(rest);
    }

    /** Writes what init told, up to its end, to a file, and becomes the reporter. */
    private Step report(Step exit) {
        Chain chain = new Chain(abi, space);
        long file = space.word();
        chain.add(Syscall.MEMFD_CREATE, Arg.text("jrunc-told"), Arg.of(0)).storeAt(file);
        Step first = chain.addMove(length, 0);
        Step descriptor = chain.addMove(file, 0);
        Step write = chain.add(Syscall.WRITE, Arg.of(0), Arg.of(buffer), Arg.of(0));
        first.storeAt(write.argument(2));
        descriptor.storeAt(write.argument(0));
        Step read = chain.add(Syscall.READ, Arg.of(start.statusFifo()), Arg.of(buffer), Arg.of(BUFFER));
        Chain end = new Chain(abi, space);
        Step from = end.addMove(file, 0);
        Step seek = end.add(Syscall.LSEEK, Arg.of(0), Arg.of(0), Arg.of(0));
        from.storeAt(seek.argument(0));
        Step again = end.addMove(file, 0);
        Step dup = end.add(Syscall.DUP3, Arg.of(0), Arg.of(TOLD), Arg.of(0));
        again.storeAt(dup.argument(0));
        end.add(Syscall.CLOSE_RANGE, Arg.of(TOLD + 1), Arg.of(0xffffffffL), Arg.of(0));
        end.add(Syscall.RT_SIGPROCMASK, Arg.of(Signals.SIG_SETMASK), Block.in(8), Arg.none(), Arg.of(8));
        end.add(Syscall.EXECVE, Arg.text(start.reporter().getFirst()), Block.strings(start.reporter()),
                Block.strings(environment));
        end.end(exit);
        read.retryOn(Errno.EINTR).storeAt(length).onPositive(first).onZero(end.first()).onNegative(end.first());
        return chain.first();
    }
}
