package org.jrunc.process;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.RuntimeFailure;

/**
 * {@code process.oomScoreAdj}: how likely the process is killed when memory is short (proc_pid_oom_score_adj(5)).
 * Written by the runtime, before the process enters a user namespace, and inherited from there.
 */
public final class OomScore {

    private static final int MIN = -1000;
    private static final int MAX = 1000;

    private final OptionalInt adjustment;

    /** The adjustment of a configuration; if there is none, nothing is changed. */
    public OomScore(OptionalInt adjustment) {
        this.adjustment = adjustment;
        if (adjustment.isPresent() && (adjustment.getAsInt() < MIN || adjustment.getAsInt() > MAX)) {
            throw new RuntimeFailure("invalid oomScoreAdj: /process/oomScoreAdj must be between -1000 and 1000, was "
                    + adjustment.getAsInt());
        }
    }

    /** Writes it for a process that is still dumpable. */
    public void apply(Kernel brain, int pid) {
        if (adjustment.isEmpty()) {
            return;
        }
        try {
            int fd = brain.openat(Kernel.AT_FDCWD, "/proc/" + pid + "/oom_score_adj",
                    OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC | OpenFlags.O_NOFOLLOW, 0);
            try {
                brain.write(fd, Integer.toString(adjustment.getAsInt()).getBytes(StandardCharsets.US_ASCII));
            } finally {
                brain.close(fd);
            }
        } catch (KernelException e) {
            throw new RuntimeFailure("failed to update /proc/" + pid + "/oom_score_adj: /process/oomScoreAdj "
                    + adjustment.getAsInt() + ": " + e.getMessage()
                    + (e.is(Errno.EACCES) ? " (lowering the score needs CAP_SYS_RESOURCE on the host)" : ""), e);
        }
    }
}
