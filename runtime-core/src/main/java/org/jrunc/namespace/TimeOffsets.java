package org.jrunc.namespace;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.TimeOffset;

/**
 * The clock offsets of a new time namespace (time_namespaces(7)). They can be written from the unshare(2), which puts
 * only later children into the namespace, until the first child is there.
 *
 * <p>The brain opens the file of the process early: while that process is still dumpable, since later a runtime that
 * is not root may not open it any more. The kernel looks at who opened it (who, as owner of the user namespace, has
 * CAP_SYS_TIME in it), but at the process's namespace of the moment of the write.
 */
final class TimeOffsets {

    private static final int NONE = -1;

    private final Kernel brain;
    private final Map<String, TimeOffset> offsets;
    private int fd = NONE;

    TimeOffsets(Kernel brain, int pid, Map<String, TimeOffset> offsets) {
        this.brain = brain;
        this.offsets = offsets;
        if (offsets.isEmpty()) {
            return;
        }
        try {
            fd = ProcFile.open(brain, pid, "timens_offsets", OpenFlags.O_WRONLY);
        } catch (KernelException e) {
            throw new RuntimeFailure("failed to update /proc/" + pid + "/timens_offsets: /linux/timeOffsets: "
                    + e.getMessage() + (e.is(Errno.ENOENT) ? " (this kernel has no time namespaces)" : ""), e);
        }
    }

    /** Writes them. */
    void write() {
        if (offsets.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (Map.Entry<String, TimeOffset> offset : offsets.entrySet()) {
            lines.append(offset.getKey()).append(' ').append(offset.getValue().secs()).append(' ')
                    .append(offset.getValue().nanosecs()).append('\n');
        }
        try {
            brain.write(fd, lines.toString().getBytes(StandardCharsets.UTF_8));
        } catch (KernelException e) {
            throw new RuntimeFailure("failed to update timens_offsets: /linux/timeOffsets: " + e.getMessage()
                    + (e.is(Errno.ERANGE) || e.is(Errno.EINVAL) ? " (nanosecs must be below 1000000000, and the"
                    + " clock's value with the offset must not be negative nor beyond 146 years)" : ""), e);
        }
    }

    void close() {
        if (fd != NONE) {
            brain.close(fd);
            fd = NONE;
        }
    }
}
