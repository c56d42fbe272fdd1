package org.jrunc.agent;

import java.util.List;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MessageHeader;
import org.jrunc.kernel.Signals;
import org.jrunc.kernel.Syscall;

/**
 * A client of this JVM, which serves commands. The client was called as a command and has handed itself over: it is an
 * agent now, and its parent, its cgroup, its limits and its descriptors are the caller's.
 */
public final class ServedProcess implements CommandProcess, Parent, AutoCloseable {

    private static final int F_SETFD = 2;
    private static final String LAST_WORDS = "jrunc: the server (jrunc serve) has ended or hangs; what it had begun is"
            + " undone, or removed by jrunc delete --force\n";

    private final LibcKernel libc;
    private final int pid;
    private final Region region;
    private final AgentKernel kernel;
    /** From the first message on: each of them would have to wake a CPU that sleeps. */
    private final SharedCpu cpu;
    /** Whether agents are to share the CPU as well. */
    private boolean sharesCpu;
    private boolean onItsOwn;

    /**
     * Takes a client over. When this returns it has mapped the region: it will not go cold any more. Before that it may
     * have given up waiting for an answer, and what is done then would be done twice.
     *
     * @param libc   this thread's system calls
     * @param socket the connection; the client waits for an answer
     * @param remote the number of the client's end of it, in the client
     * @param pid    the client
     * @throws org.jrunc.kernel.KernelException when the client has gone
     * @throws AgentException                   when it has gone meanwhile
     */
    public ServedProcess(LibcKernel libc, int socket, int remote, int pid) {
        this.libc = libc;
        this.pid = pid;
        this.cpu = SharedCpu.hold(libc, SharedCpu.THIS_THREAD, pid);
        try {
            this.region = new Region(libc);
            this.kernel = new AgentKernel(libc, Abi.current(), region.largeLane(), socket, remote, LAST_WORDS);
            byte[] address = Block.in(8).u64(0, kernel.mailbox().done().address()).bytes();
            libc.sendDescriptor(socket, address, region.fd());
            kernel.awaitDone("mmap");
        } catch (RuntimeException e) {
            // A client that has gone cold meanwhile has all its CPUs again before it starts anything.
            cpu.close();
            throw e;
        }
    }

    @Override
    public Kernel kernel() {
        return kernel;
    }

    @Override
    public String proc() {
        return "/proc/" + pid;
    }

    @Override
    public Agent spawn(String name) {
        if (!sharesCpu) {
            // A child inherits the one CPU.
            cpu.close();
        }
        return Agent.spawn(libc, this, name);
    }

    @Override
    public int[] give(int... fds) {
        return kernel.send(fds);
    }

    /** clone(2) as vfork(2) has it: the child runs in this memory, and the client only when it has executed. */
    @Override
    public int start(int image, String name, int... inherit) {
        kernel.reset();
        Chain child = new Chain(kernel);
        Step exit = child.free(Syscall.EXIT_GROUP, Arg.of(127));
        for (int fd : inherit) {
            child.add(Syscall.FCNTL, Arg.of(fd), Arg.of(F_SETFD), Arg.of(0));
        }
        Step execve = child.add(Syscall.EXECVE, Arg.text("/proc/self/fd/" + image),
                Block.strings(List.of(name)), Block.strings(List.of()));
        child.end(exit);
        Chain parent = new Chain(kernel);
        Step clone = parent.add(Syscall.CLONE, Arg.of(Clone.CLONE_VM | Clone.CLONE_VFORK | Signals.SIGCHLD), Arg.none(),
                Arg.none(), Arg.none(), Arg.none()).onZero(child.first());
        parent.add(Syscall.CLOSE, Arg.of(image));
        for (int fd : inherit) {
            parent.add(Syscall.CLOSE, Arg.of(fd));
        }
        parent.end(kernel.mailbox().done());
        kernel.start(parent.first());
        kernel.awaitDone("clone");
        if (execve.result() != Record.NEVER) {
            kernel.check(execve.result(), Syscall.EXECVE, Arg.text(name));
        }
        return (int) kernel.check(clone.result(), Syscall.CLONE, Arg.text(name));
    }

    @Override
    public SharedCpu shareCpu() {
        sharesCpu = true;
        return cpu;
    }

    @Override
    public void become(Monitor.Plan plan) {
        cpu.close();
        kernel.call(Syscall.RT_SIGPROCMASK, Arg.of(Signals.SIG_SETMASK), Block.in(8).u64(0, -1), Arg.none(),
                Arg.of(8));
        kernel.reset();
        kernel.start(Monitor.write(plan, kernel.lane()));
        onItsOwn = true;
    }

    /** Lets the client end with an exit status, unless it is on its own. */
    public void exit(int status) {
        if (!onItsOwn) {
            kernel.reset();
            Step exit = new Chain(kernel).free(Syscall.EXIT_GROUP, Arg.of(status));
            // Before its end wakes anybody: what this thread still has to do should not be in the way then.
            cpu.close();
            kernel.start(exit);
        }
    }

    /** As {@link AgentKernel#signOfLife}. */
    public void signOfLife() {
        kernel.signOfLife();
    }

    /** Ends the connection, and with it a client that is not on its own. */
    @Override
    public void close() {
        cpu.close();
        kernel.close();
        region.close();
    }

    /**
     * Tells a client that it has to do without this JVM.
     *
     * @param socket the connection
     */
    public static void refuse(LibcKernel libc, int socket) {
        libc.invoke(Syscall.SENDTO, Arg.of(socket), Block.in(8), Arg.of(8), Arg.of(MessageHeader.MSG_NOSIGNAL),
                Arg.none(), Arg.none());
    }
}
