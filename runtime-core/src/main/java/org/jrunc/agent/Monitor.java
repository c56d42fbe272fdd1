package org.jrunc.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.Signals;
import org.jrunc.kernel.Syscall;

/**
 * What a foreground {@code run} becomes once the container runs: this very process, with its pid and its parent, but
 * 16 kB instead of a JVM. It forwards signals to the container's init, copies the terminal, reaps, removes what the
 * container held, and exits with the status of the container's program.
 */
public final class Monitor {

    private static final int WNOHANG = 1;
    private static final int LOST = 255;

    private final Plan plan;
    private final Abi abi;
    private final Space space;
    private final Step exit;
    private final long allSignals;
    /** The wait status: an int, with zeroes behind it. */
    private final long status;

    /**
     * What to remove when the container has ended.
     *
     * @param path      its absolute path
     * @param directory whether it is an empty directory, such as a cgroup
     */
    public record Removal(String path, boolean directory) {
    }

    /**
     * What the monitor has to do.
     *
     * @param initPid     pid of the container's init, a child of this process
     * @param terminal    the terminal to copy, if the container has one
     * @param removals    what to remove in the end, in this order
     * @param cleaner     command line to run when a removal fails, or when there are no removals; empty when the
     *                    container is to be kept
     * @param environment environment for the cleaner
     * @param start       how to start the container; empty when it runs already
     */
    public record Plan(int initPid, Optional<Terminal> terminal, List<Removal> removals, List<String> cleaner,
            List<String> environment, Optional<Start> start) {

        /** The descriptors that it is about. */
        int[] descriptors() {
            int[] all = new int[5];
            int count = 0;
            if (start.isPresent()) {
                all[count++] = start.get().init.socket();
                all[count++] = start.get().statusFifo;
                if (start.get().startFifo != Launch.AT_ONCE) {
                    all[count++] = start.get().startFifo;
                }
            }
            if (terminal.isPresent()) {
                all[count++] = terminal.get().master;
                if (terminal.get().host >= 0) {
                    all[count++] = terminal.get().host;
                }
            }
            return Arrays.copyOf(all, count);
        }
    }

    /**
     * What it takes to start a container. The monitor does it, and not the JVM that becomes the monitor, so that there
     * is no moment at which a signal ends the JVM and the container goes on.
     *
     * @param init       init, which waits to be let go
     * @param startFifo  descriptor of the start FIFO; {@link Launch#AT_ONCE} if init waits for none
     * @param statusFifo descriptor of the status FIFO, for reading, blocking
     * @param files      what to remove once the container runs
     * @param reporter   command line that the process becomes when the container could not be started; what init told
     *                   is in a file that is its descriptor {@value StartProgram#TOLD}
     */
    public record Start(Launch.Ready init, int startFifo, int statusFifo, List<String> files,
            List<String> reporter) {
    }

    /**
     * The two sides of the terminal.
     *
     * @param master descriptor of the container's pseudo terminal
     * @param host   descriptor of the caller's terminal, or -1 when there is none
     * @param before settings of the caller's terminal, {@code struct termios} of the kernel
     * @param raw    the same in raw mode
     */
    public record Terminal(int master, int host, byte[] before, byte[] raw) {
    }

    private Monitor(Plan plan, Space space) {
        this.plan = plan;
        this.abi = Abi.current();
        this.space = space;
        this.exit = new Step(space);
        exit.call(abi, Syscall.EXIT_GROUP, Arg.of(LOST)).then(exit);
        this.allSignals = space.put(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        this.status = space.put(new byte[16]);
    }

    /** Makes the monitor's program, and no more. */
    public static void rehearse(Plan plan) {
        elf(plan);
    }

    /** A program file that is the monitor. */
    static byte[] elf(Plan plan) {
        ElfImage image = new ElfImage(Abi.current(), room(plan));
        return image.bytes(write(plan, image.space()));
    }

    /** Writes the monitor's program into the memory of the process that is to run it; returns where it begins. */
    static Step write(Plan plan, Space space) {
        return new Monitor(plan, space).program();
    }

    /** An upper limit of what records and strings take: cleaner and reporter have the environment each. */
    private static int room(Plan plan) {
        int strings = 0;
        for (String variable : plan.environment) {
            // A char is at most three bytes of UTF-8; then the NUL, the padding and the pointer.
            strings += 2 * (3 * variable.length() + 24);
        }
        return (192 << 10) + strings;
    }

    private Step program() {
        Step reap = new Step(space);
        Step wait = new Step(space);
        Optional<TerminalCopy> copy = plan.terminal.map(t -> new TerminalCopy(abi, space, t));
        Chain start = new Chain(abi, space);
        start.add(Syscall.PRCTL, Arg.of(Prctl.PR_SET_NAME), Arg.text("jrunc"));
        if (copy.isPresent()) {
            copy.get().size(start);
        }
        if (plan.start.isPresent()) {
            new StartProgram(abi, space, plan.start.get(), plan.environment).append(start, exit);
        }
        if (copy.isPresent()) {
            copy.get().begin(start);
        } else {
            start.add(Syscall.CLOSE_RANGE, Arg.of(3), Arg.of(0xffffffffL), Arg.of(0));
        }
        // A container that ended before the signals were blocked has left no SIGCHLD behind: look once at first.
        start.end(reap);
        Step resize = copy.isPresent() ? copy.get().resize(wait) : wait;
        forwardSignals(wait, reap, resize);
        Step ended = exitStatus(end(copy));
        Step isInit = new Step(space);
        long pid = space.word();
        reap.call(abi, Syscall.WAIT4, Arg.of(-1), Arg.of(status), Arg.of(WNOHANG), Arg.none())
                .storeAt(pid).retryOn(Errno.EINTR).onZero(wait).onPositive(isInit).onNegative(exit);
        isInit.move(pid, -plan.initPid).onZero(ended).then(reap);
        return start.first();
    }

    /** Waits for a signal and sends it on to the container's init, but for those that are meant for this process. */
    private void forwardSignals(Step wait, Step reap, Step resize) {
        long signal = space.word();
        Chain forward = new Chain(abi, space);
        forward.addMove(signal, -Signals.SIGCHLD).onZero(reap);
        forward.addMove(signal, -Signals.SIGWINCH).onZero(resize);
        forward.addMove(signal, -Signals.SIGURG).onZero(wait);
        Step number = forward.addMove(signal, 0);
        Step kill = forward.add(Syscall.KILL, Arg.of(plan.initPid), Arg.of(0));
        number.storeAt(kill.argument(1));
        forward.end(wait);
        wait.call(abi, Syscall.RT_SIGTIMEDWAIT, Arg.of(allSignals), Arg.none(), Arg.none(), Arg.of(8))
                .storeAt(signal).onPositive(forward.first()).onNegative(wait);
    }

    /**
     * Turns the wait status into the exit status, wait(2): a status of 256 and more has the exit status in its second
     * byte; less is 0 or a signal, with 128 added when core was dumped, and 128 + signal is what we exit with.
     */
    private Step exitStatus(Step next) {
        Step large = new Step(space).move(status, -256);
        Step exited = new Step(space).move(status + 1, 0).storeAt(exit.argument(0)).then(next);
        Step small = new Step(space).move(status, -128);
        Step dumped = new Step(space).move(status, 0).storeAt(exit.argument(0)).then(next);
        Step zero = new Step(space).move(status, 0);
        Step success = new Step(space).move(space.word(), 0).storeAt(exit.argument(0)).then(next);
        Step signaled = new Step(space).move(status, 128).storeAt(exit.argument(0)).then(next);
        large.onPositive(exited).onNegative(small);
        small.onPositive(dumped).onNegative(zero);
        zero.onZero(success).then(signaled);
        return large;
    }

    /** Lets the terminal drain, removes what is to be removed, and exits. */
    private Step end(Optional<TerminalCopy> copy) {
        Chain end = new Chain(abi, space);
        if (copy.isPresent()) {
            copy.get().finish(end);
        }
        Step cleaner = plan.cleaner.isEmpty() ? exit : cleaner();
        for (Removal removal : plan.removals) {
            end.add(Syscall.UNLINKAT, Arg.of(Kernel.AT_FDCWD), Arg.text(removal.path),
                    Arg.of(removal.directory ? OpenFlags.AT_REMOVEDIR : 0)).onNegative(cleaner);
        }
        // So that there is at least one record in the chain.
        end.add(Syscall.CLOSE, Arg.of(0));
        end.end(plan.removals.isEmpty() ? cleaner : exit);
        return end.first();
    }

    /** Something is in the way of a removal, or more is to be done than to remove: the runtime itself does it. */
    private Step cleaner() {
        Chain child = new Chain(abi, space);
        child.add(Syscall.RT_SIGPROCMASK, Arg.of(Signals.SIG_SETMASK), Block.in(8), Arg.none(), Arg.of(8));
        child.add(Syscall.EXECVE, Arg.text(plan.cleaner.getFirst()), Block.strings(plan.cleaner),
                Block.strings(plan.environment));
        child.end(new Step(space).call(abi, Syscall.EXIT_GROUP, Arg.of(LOST)));
        Step clone = new Step(space);
        Step wait = new Step(space);
        clone.call(abi, Syscall.CLONE, Arg.of(Signals.SIGCHLD), Arg.none(), Arg.none(), Arg.none(), Arg.none())
                .onZero(child.first()).onPositive(wait).onNegative(exit);
        wait.call(abi, Syscall.WAIT4, Arg.of(0), Arg.none(), Arg.of(0), Arg.none()).retryOn(Errno.EINTR).then(exit);
        return clone.storeAt(wait.argument(0));
    }
}
