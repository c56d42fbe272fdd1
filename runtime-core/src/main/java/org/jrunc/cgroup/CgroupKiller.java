package org.jrunc.cgroup;

import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.Signals;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;

/** Sends a signal to all processes of a cgroup, missing none that is forked meanwhile. */
final class CgroupKiller {

    /** A process in uninterruptible sleep does not freeze; the signal is sent all the same. */
    private static final long FREEZE_MILLIS = 500;

    private final FileCgroup cgroup;
    private final Kernel kernel;
    private final Optional<Freezer> freezer;

    CgroupKiller(FileCgroup cgroup, Kernel kernel, Optional<Freezer> freezer) {
        this.cgroup = cgroup;
        this.kernel = kernel;
        this.freezer = freezer;
    }

    void killAll(int signal) {
        if (signal != Signals.SIGKILL) {
            // Who is paused stays paused, and gets the signal when it goes on.
            signalAll(signal, cgroup.isFrozen());
            return;
        }
        killUnified();
        Deadline deadline = Deadline.usual();
        while (!cgroup.isEmpty()) {
            // A task frozen by v1 dies only once it is thawed.
            signalAll(Signals.SIGKILL, false);
            if (!deadline.pause()) {
                List<Integer> left = cgroup.processes();
                if (!left.isEmpty()) {
                    throw new RuntimeFailure("unable to kill all processes of the container's cgroup: "
                            + FileCgroup.describe(left.getFirst()) + " is still there after " + Deadline.SECONDS
                            + " s");
                }
            }
        }
    }

    /** {@code cgroup.kill} of Linux 5.14 also gets forks that are under way. Older kernels do not have the file. */
    private void killUnified() {
        Optional<Place> unified = cgroup.find(Place.UNIFIED);
        if (unified.isPresent() && unified.get().directory().exists()) {
            CgroupFiles.tryWrite(unified.get().directory().file("cgroup.kill"), "1");
        }
    }

    private void signalAll(int signal, boolean stayFrozen) {
        boolean frozen = freezer.isPresent() && freezer.get().tryFreeze(Deadline.of(FREEZE_MILLIS));
        try {
            for (int pid : cgroup.processes()) {
                // ESRCH: it ended by itself.
                kernel.invoke(Syscall.KILL, Arg.of(pid), Arg.of(signal));
            }
        } finally {
            if (frozen && !stayFrozen) {
                freezer.get().tryThaw();
            }
        }
    }
}
