package org.jrunc.cgroup;

import java.nio.charset.StandardCharsets;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;

/**
 * Learns from the kernel that a container ran out of memory: through an eventfd(2) on v1 (cgroup-v1/memory.rst, OOM
 * Control), by a change of {@code memory.events} on v2 (cgroup-v2.rst).
 */
public final class OomWatch implements AutoCloseable {

    private static final int POLLIN = 1;
    private static final int POLLPRI = 2;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;
    private static final int FILE = 4096;
    private static final String KILLS = "oom_kill ";

    private final Kernel kernel;
    private final int fd;
    private final boolean v1;
    private long kills;

    private OomWatch(Kernel kernel, int fd, boolean v1) {
        this.kernel = kernel;
        this.fd = fd;
        this.v1 = v1;
        kills = v1 ? 0 : kills();
    }

    /** Asks v1 to tell an eventfd. */
    static OomWatch v1(Kernel kernel, CgroupDirectory memory) {
        int control = kernel.openat(Kernel.AT_FDCWD, memory.file("memory.oom_control"), OpenFlags.O_CLOEXEC, 0);
        try {
            int event = kernel.eventfd(EFD_CLOEXEC_NONBLOCK);
            try {
                CgroupFiles.write(memory.file("cgroup.event_control"), event + " " + control);
                return new OomWatch(kernel, event, true);
            } catch (KernelException e) {
                kernel.close(event);
                throw e;
            }
        } finally {
            kernel.close(control);
        }
    }

    /** Opens the file whose changes v2 tells. */
    static OomWatch v2(Kernel kernel, CgroupDirectory directory) {
        return new OomWatch(kernel, kernel.openat(Kernel.AT_FDCWD, directory.file("memory.events"),
                OpenFlags.O_CLOEXEC, 0), false);
    }

    /** The descriptor to poll(2). */
    public int fd() {
        return fd;
    }

    /** The events to poll for. */
    public int events() {
        return v1 ? POLLIN : POLLPRI;
    }

    /** Whether there was an out of memory since the last question. */
    public boolean happened() {
        if (v1) {
            try {
                return kernel.read(fd, Long.BYTES).length == Long.BYTES;
            } catch (KernelException nothingYet) {
                return false;
            }
        }
        long before = kills;
        kills = kills();
        return kills > before;
    }

    /** The counter of v2; 0 when the cgroup has gone. */
    private long kills() {
        String events;
        try {
            events = '\n' + new String(kernel.pread(fd, FILE, 0), StandardCharsets.US_ASCII);
        } catch (KernelException gone) {
            return 0;
        }
        int start = events.indexOf('\n' + KILLS);
        return start < 0 ? 0 : Long.parseLong(events, start + 1 + KILLS.length(), events.indexOf('\n', start + 1), 10);
    }

    @Override
    public void close() {
        kernel.close(fd);
    }
}
