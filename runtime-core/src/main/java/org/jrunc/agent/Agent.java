package org.jrunc.agent;

import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MemfdFlags;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.Signals;
import org.jrunc.kernel.Sockets;
import org.jrunc.kernel.StatFs;
import org.jrunc.kernel.Syscall;

/**
 * An agent process: its pid, its kernel, its end. The first one of a family is spawned by this JVM from a sealed memfd,
 * so that its {@code /proc/PID/exe} shows no file of the host; further ones are forked by an agent.
 */
public final class Agent implements AutoCloseable {

    private static final long CLONE_INTO_CGROUP = 0x2_0000_0000L;
    private static final int CLONE_ARGS_SIZE = 88;
    private static final int WNOHANG = 1;
    private static final int POLLIN = 1;
    /** How long a process may take to end once it was told to. */
    private static final long END_MILLIS = 10_000;
    private static final String[] DIRECTORIES = {"/dev/shm", "/tmp", "/var/tmp"};

    private final LibcKernel libc;
    private final Kernel parent;
    private final Region region;
    private final int pid;
    private final AgentKernel kernel;
    private boolean open = true;
    private boolean reaped;
    /** Memory for programs whose arguments are too large for the lane. */
    private Space extra;

    private Agent(LibcKernel libc, Kernel parent, Region region, int pid, AgentKernel kernel) {
        this.libc = libc;
        this.parent = parent;
        this.region = region;
        this.pid = pid;
        this.kernel = kernel;
    }

    /**
     * Starts an agent as a child of this process. It has the descriptors of this process that are not close-on-exec,
     * no environment, and default signal dispositions with an empty mask.
     *
     * @param name what ps(1) shows
     */
    public static Agent spawn(LibcKernel libc, String name) {
        return spawn(libc, new OwnProcess(), name);
    }

    static Agent spawn(LibcKernel libc, Parent parent, String name) {
        Region region = new Region(libc);
        int[] ends = libc.socketpair(Sockets.AF_UNIX, Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC);
        int image = -1;
        try {
            Space lane = region.smallLane();
            int[] there = parent.give(region.fd(), ends[1]);
            int regionThere = there[0];
            int socketThere = there[1];
            AgentKernel kernel = new AgentKernel(libc, Abi.current(), lane, ends[0], socketThere);
            image = executable(libc, bootImage(regionThere, socketThere));
            int pid = parent.start(parent.give(image)[0], name, regionThere, socketThere);
            Agent agent = new Agent(libc, parent.kernel(), region, pid, kernel);
            agent.settle(regionThere);
            return agent;
        } catch (RuntimeException e) {
            libc.close(ends[0]);
            region.close();
            throw e;
        } finally {
            libc.close(ends[1]);
            if (image >= 0) {
                libc.close(image);
            }
        }
    }

    /** The program of the ELF itself: map the region, then serve the mailbox's first request. */
    private static byte[] bootImage(int regionFd, int socket) {
        ElfImage image = new ElfImage(Abi.current(), 1024);
        Step map = image.step();
        Step waiting = image.step();
        Step exit = image.step();
        exit.call(image.abi(), Syscall.EXIT_GROUP, Arg.of(1)).then(exit);
        // PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE.
        map.call(image.abi(), Syscall.MMAP, Arg.of(Region.BASE), Arg.of(Region.SIZE), Arg.of(3), Arg.of(0x100001),
                Arg.of(regionFd), Arg.of(0)).onPositive(waiting).onNegative(exit);
        waiting.call(image.abi(), Syscall.READ, Arg.of(socket), Arg.of(waiting.positive()), Arg.of(8))
                .onZero(exit).onNegative(exit).retryOn(Errno.EINTR);
        return image.bytes(map);
    }

    /** A sealed memfd with the program, close-on-exec; where no memfd may be executed, a file without a name. */
    static int executable(LibcKernel libc, byte[] elf) {
        int flags = MemfdFlags.MFD_CLOEXEC | MemfdFlags.MFD_ALLOW_SEALING;
        int fd;
        try {
            fd = libc.memfdCreate("jrunc-agent", flags | MemfdFlags.MFD_EXEC);
        } catch (KernelException e) {
            if (e.is(Errno.EACCES)) {
                // The sysctl vm.memfd_noexec is 2.
                return unnamedFile(libc, elf);
            }
            if (!e.is(Errno.EINVAL)) {
                throw e;
            }
            // Before Linux 6.3 every memfd is executable and the flag is unknown.
            fd = libc.memfdCreate("jrunc-agent", flags);
        }
        libc.write(fd, elf);
        libc.fcntl(fd, MemfdFlags.F_ADD_SEALS, MemfdFlags.F_SEAL_SHRINK | MemfdFlags.F_SEAL_GROW
                | MemfdFlags.F_SEAL_WRITE | MemfdFlags.F_SEAL_SEAL);
        return fd;
    }

    /** Open for reading only: a file that anybody has open for writing can not be executed. */
    private static int unnamedFile(LibcKernel libc, byte[] elf) {
        for (String directory : DIRECTORIES) {
            try {
                int file = libc.openat(Kernel.AT_FDCWD, directory,
                        OpenFlags.O_TMPFILE | OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0500);
                try {
                    if ((libc.fstatfs(file).flags() & StatFs.ST_NOEXEC) == 0) {
                        libc.write(file, elf);
                        return libc.openat(Kernel.AT_FDCWD, "/proc/self/fd/" + file, OpenFlags.O_CLOEXEC, 0);
                    }
                } finally {
                    libc.close(file);
                }
            } catch (KernelException unusable) {
                // Perhaps the next one is not.
                continue;
            }
        }
        throw new AgentException("no program of the runtime's own can be executed: vm.memfd_noexec is 2, and"
                + " /dev/shm, /tmp and /var/tmp are mounted with noexec or can not be written to");
    }

    /**
     * Undoes what a child of a JVM inherits: a signal mask (the JVM's threads block SIGQUIT), ignored signals (glibc
     * ignores 32 and 33, the caller may ignore others), and the region's descriptor, which is mapped already. And lets
     * the agent die with the JVM: the end of its socket does that as well, but not before a system call has returned in
     * which it waits for other namespaces or cgroups of the host.
     */
    private void settle(int regionThere) {
        kernel.reset();
        Space lane = kernel.lane();
        Step disposition = new Step(lane);
        Step count = new Step(lane);
        Step compare = new Step(lane);
        Step mask = new Step(lane);
        Step end = new Step(lane);
        Step close = new Step(lane);
        long zeroes = lane.put(new byte[32]);
        disposition.call(kernel.abi(), Syscall.RT_SIGACTION, Arg.of(1), Arg.of(zeroes), Arg.none(), Arg.of(8));
        disposition.then(count);
        count.move(disposition.argument(0), 1).storeAt(disposition.argument(0)).then(compare);
        compare.move(disposition.argument(0), -65).onPositive(mask).onNegative(disposition);
        mask.call(kernel.abi(), Syscall.RT_SIGPROCMASK, Arg.of(2), Arg.of(zeroes), Arg.none(), Arg.of(8));
        mask.then(end);
        end.call(kernel.abi(), Syscall.PRCTL, Arg.of(Prctl.PR_SET_PDEATHSIG), Arg.of(Signals.SIGKILL),
                Arg.none(), Arg.none(), Arg.none()).then(close);
        close.call(kernel.abi(), Syscall.CLOSE, Arg.of(regionThere)).then(kernel.mailbox().done());
        kernel.start(disposition);
        kernel.awaitDone("its first steps");
    }

    /**
     * Forks this agent. The child has its own lane and its own socket.
     *
     * @param sibling whether the child's parent is this JVM ({@code CLONE_PARENT}) and not this agent
     * @param program whether the child will execute a program, and so needs room for its arguments
     */
    public Agent fork(boolean sibling, boolean program) {
        return fork(sibling, program, "");
    }

    /**
     * As above.
     *
     * @param name what ps(1) shows of the child; empty for what it shows of this agent
     */
    public Agent fork(boolean sibling, boolean program, String name) {
        return fork(sibling, program, name, -1);
    }

    /**
     * Forks this agent into a cgroup.
     *
     * @param cgroup descriptor, in this JVM, of a cgroup v2 directory that the child is born in, or -1
     */
    public Agent fork(boolean sibling, boolean program, String name, int cgroup) {
        int[] ends = libc.socketpair(Sockets.AF_UNIX, Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC);
        try {
            int[] remote = sendAndClose(ends[1], cgroup);
            Space lane = program ? region.largeLane() : region.smallLane();
            AgentKernel childKernel = new AgentKernel(libc, kernel.abi(), lane, ends[0], remote[0]);
            long childPid = forkInto(childKernel, name, sibling ? Clone.CLONE_PARENT : 0,
                    cgroup < 0 ? -1 : remote[1]);
            return new Agent(libc, parent, region, (int) childPid, childKernel);
        } catch (RuntimeException e) {
            libc.close(ends[0]);
            throw e;
        }
    }

    /**
     * The socket is closed before the child is there: when it is killed at once, nobody else may have its end open.
     *
     * @return their numbers in the agent
     */
    private int[] sendAndClose(int socket, int cgroup) {
        try {
            return cgroup < 0 ? kernel.send(new int[] {socket}) : kernel.send(socket, cgroup);
        } finally {
            libc.close(socket);
        }
    }

    private long forkInto(AgentKernel child, String name, long flags, int cgroup) {
        kernel.reset();
        Chain inChild = new Chain(child);
        inChild.add(Syscall.PRCTL, Arg.of(Prctl.PR_SET_PDEATHSIG), Arg.of(Signals.SIGKILL), Arg.none(), Arg.none(),
                Arg.none());
        if (!name.isEmpty()) {
            inChild.add(Syscall.PRCTL, Arg.of(Prctl.PR_SET_NAME), Arg.text(name), Arg.none(), Arg.none(), Arg.none());
        }
        inChild.add(Syscall.CLOSE, Arg.of(kernel.remoteSocket()));
        Chain inParent = new Chain(kernel);
        Step clone = cgroup < 0
                ? inParent.add(Syscall.CLONE, Arg.of(flags | Signals.SIGCHLD), Arg.none(), Arg.none(), Arg.none(),
                        Arg.none())
                : inParent.add(Syscall.CLONE3, intoCgroup(flags, cgroup), Arg.of(CLONE_ARGS_SIZE));
        inParent.add(Syscall.CLOSE, Arg.of(child.remoteSocket()));
        if (cgroup >= 0) {
            inChild.add(Syscall.CLOSE, Arg.of(cgroup));
            inParent.add(Syscall.CLOSE, Arg.of(cgroup));
        }
        inChild.end(child.mailbox().done());
        inParent.end(kernel.mailbox().done());
        clone.onZero(inChild.first());
        kernel.start(inParent.first());
        kernel.awaitDone("clone");
        long pid = kernel.check(clone.result(), clone.call(), Arg.of(flags));
        // The child reads the clone record and its own first ones when it gets to run, which may be much later. Until
        // then neither lane may be used for anything else.
        child.awaitDone("its first steps");
        return pid;
    }

    /** {@code struct clone_args}; with CLONE_PARENT the exit signal must be 0, and is the parent's. */
    private static Block intoCgroup(long flags, int cgroup) {
        return Block.in(CLONE_ARGS_SIZE).u64(0, flags | CLONE_INTO_CGROUP)
                .u64(32, flags == Clone.CLONE_PARENT ? 0 : Signals.SIGCHLD).u64(80, cgroup);
    }

    /**
     * Runs a program as a child of this agent and waits for its end. It gets SIGKILL when the time is over, and when
     * this JVM or the agent dies meanwhile.
     *
     * @param timeoutMillis how long it may take; negative for no limit
     */
    public Outcome execute(Execution execution, long timeoutMillis) {
        long size = execution.size();
        kernel.reset();
        Space space = kernel.lane();
        if (space.free() < size) {
            if (extra == null || extra.size() < size) {
                extra = region.lane(size + 7 & ~7L);
            }
            extra.release(0);
            space = extra;
        }
        return Runner.run(kernel, space, execution, timeoutMillis);
    }

    /** The host's pid of the process, or its pid in the namespace of the agent that forked it. */
    public int pid() {
        return pid;
    }

    /** The system calls of this agent. */
    public AgentKernel kernel() {
        return kernel;
    }

    /** Closes this JVM's end of the socket: an agent that waits for the next program ends. */
    @Override
    public void close() {
        if (open) {
            open = false;
            libc.close(kernel.socket());
        }
    }

    /** Gives up the memory shared with the whole family; none of its members can be used any more. */
    public void closeRegion() {
        region.close();
    }

    /**
     * Kills the process, which must be a child of this JVM, and reaps it.
     *
     * @return its wait status, wait(2); -1 when it was not there any more
     */
    public int killAndReap() {
        close();
        if (!reaped) {
            libc.invoke(Syscall.KILL, Arg.of(pid), Arg.of(Signals.SIGKILL));
        }
        return reap();
    }

    /**
     * Waits for the end of the process, which must be a child of this JVM.
     *
     * @return its wait status; -1 when it was not there any more
     * @throws AgentException when it has not ended in time: only one that hangs in the kernel does that
     */
    public int reap() {
        int status = reapIfEnded();
        if (status >= 0 || reaped) {
            return status;
        }
        int pidfd = libc.pidfdOpen(pid);
        try {
            if (libc.poll(pidfd, POLLIN, END_MILLIS) == 0) {
                throw new AgentException("the agent process " + pid + " has not ended within " + END_MILLIS / 1000
                        + " s");
            }
        } finally {
            libc.close(pidfd);
        }
        return reapIfEnded();
    }

    /** The wait status if the process has ended and was not reaped before, else -1. */
    public int reapIfEnded() {
        if (reaped) {
            // Its pid may be another process's by now.
            return -1;
        }
        try {
            int status = parent.wait4(pid, WNOHANG);
            reaped = status >= 0;
            return status;
        } catch (KernelException | AgentException notOurs) {
            // Or the parent has ended as well.
            reaped = true;
            return -1;
        }
    }
}
