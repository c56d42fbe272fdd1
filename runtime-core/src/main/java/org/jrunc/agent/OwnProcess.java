package org.jrunc.agent;

import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Signals;
import org.jrunc.kernel.Syscall;

/** This JVM, started for one command. */
final class OwnProcess implements CommandProcess, Parent {

    private static final int F_SETFD = 2;

    @Override
    public Kernel kernel() {
        return LibcKernel.here();
    }

    @Override
    public String proc() {
        return "/proc/self";
    }

    @Override
    public Agent spawn(String name) {
        return Agent.spawn(LibcKernel.here(), this, name);
    }

    @Override
    public int[] give(int... fds) {
        return fds;
    }

    @Override
    public int start(int image, String name, int... inherit) {
        return LibcKernel.here().spawn("/proc/self/fd/" + image, List.of(name), inherit);
    }

    @Override
    public SharedCpu shareCpu() {
        return SharedCpu.hold(LibcKernel.here(), SharedCpu.THIS_THREAD);
    }

    @Override
    public void become(Monitor.Plan plan) {
        LibcKernel libc = LibcKernel.here();
        int fd = Agent.executable(libc, Monitor.elf(plan));
        // Signals that arrive from here on wait for the monitor: a mask survives execve.
        libc.call(Syscall.RT_SIGPROCMASK, Arg.of(Signals.SIG_SETMASK), Block.in(8).u64(0, -1), Arg.none(), Arg.of(8));
        for (int kept : plan.descriptors()) {
            libc.fcntl(kept, F_SETFD, 0);
        }
        libc.execve("/proc/self/fd/" + fd, List.of("jrunc"), plan.environment());
        throw new IllegalStateException("execve returned without an error");
    }
}
