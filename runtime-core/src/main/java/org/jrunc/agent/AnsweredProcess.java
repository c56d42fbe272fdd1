package org.jrunc.agent;

import java.nio.ByteBuffer;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MemfdFlags;
import org.jrunc.kernel.Signals;
import org.jrunc.kernel.Syscall;

/**
 * A client of this JVM, as a {@link ServedProcess}, whose command has no effects: so it is carried out before the client
 * is answered, and the answer is all that is left to do, a program that writes what the command has to say and ends. It
 * makes no difference when the client has gone cold meanwhile.
 */
public final class AnsweredProcess implements CommandProcess {

    /** How many bytes of stdout, and of stderr, an answer has room for: what a pipe takes in one piece, pipe(7). */
    public static final int ROOM = 4096;

    /** Room for the records, and what they point at. */
    private static final int RECORDS = 2048;
    private static final int SIG_IGN = 1;
    private static final int POLLOUT = 4;
    /** How long the reader of a client whose descriptors do not block may stand still. */
    private static final long DEADLINE_SECONDS = 30;

    private final int pid;

    /**
     * A client.
     *
     * @param pid its process
     */
    public AnsweredProcess(int pid) {
        this.pid = pid;
    }

    /**
     * Tells the client what to say and what to end with.
     *
     * @param libc   this thread's system calls
     * @param socket the connection; the client waits for an answer
     * @param out    for stdout, at most {@link #ROOM}
     * @param err    for stderr, at most {@link #ROOM}
     * @param status its exit status; when it can not write to stdout it is 1 instead of 0
     * @throws org.jrunc.kernel.KernelException when the client has gone
     */
    public void answer(LibcKernel libc, int socket, byte[] out, byte[] err, int status) {
        byte[] memory = new byte[RECORDS + out.length + err.length];
        Space space = new Space(ByteBuffer.wrap(memory), Region.BASE);
        Step first = program(space, out, err, status);
        int fd = libc.memfdCreate("jrunc-answer", MemfdFlags.MFD_CLOEXEC);
        libc.write(fd, memory);
        // It waits on a CPU that sleeps otherwise. It does not need another one any more, and starts nothing.
        SharedCpu.hold(libc, pid);
        libc.sendDescriptor(socket, Block.in(8).u64(0, first.address()).bytes(), fd);
    }

    private static Step program(Space space, byte[] out, byte[] err, int status) {
        Abi abi = Abi.current();
        Step end = exit(space, status);
        Step said = err.length == 0 ? end : write(space, 2, err, end, end);
        Step all = out.length == 0 ? said : write(space, 1, out, said, status == 0 ? exit(space, 1) : end);
        // Nobody who reads is an error like any other.
        return new Step(space).call(abi, Syscall.RT_SIGACTION, Arg.of(Signals.SIGPIPE), Block.in(32).u64(0, SIG_IGN),
                Arg.none(), Arg.of(8)).then(all);
    }

    private static Step exit(Space space, int status) {
        Step exit = new Step(space).call(Abi.current(), Syscall.EXIT_GROUP, Arg.of(status));
        return exit.then(exit);
    }

    /** A second time if the first time there was no room: then there is all that is needed. */
    private static Step write(Space space, int fd, byte[] text, Step next, Step failed) {
        Abi abi = Abi.current();
        long address = space.put(text);
        Step again = new Step(space).call(abi, Syscall.WRITE, Arg.of(fd), Arg.of(address), Arg.of(text.length))
                .onPositive(next).onNegative(failed);
        Step wait = new Step(space).call(abi, Syscall.PPOLL, Block.in(8).u32(0, fd).u32(4, POLLOUT), Arg.of(1),
                Block.in(16).u64(0, DEADLINE_SECONDS), Arg.none(), Arg.of(8)).then(again);
        return new Step(space).call(abi, Syscall.WRITE, Arg.of(fd), Arg.of(address), Arg.of(text.length))
                .onPositive(next).onNegative(wait);
    }

    @Override
    public String proc() {
        return "/proc/" + pid;
    }

    @Override
    public Kernel kernel() {
        throw unexpected();
    }

    @Override
    public Agent spawn(String name) {
        throw unexpected();
    }

    @Override
    public int[] give(int... fds) {
        throw unexpected();
    }

    @Override
    public SharedCpu shareCpu() {
        throw unexpected();
    }

    @Override
    public void become(Monitor.Plan plan) {
        throw unexpected();
    }

    private static IllegalStateException unexpected() {
        return new IllegalStateException("a command that has no effects wants to do something");
    }
}
