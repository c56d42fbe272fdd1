package org.jrunc.container;

import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;

/**
 * The two FIFOs through which {@code start} and init talk, fifo(7). Both are open here for reading and writing, which
 * never waits; init gets these open descriptors, so it needs no path of the host.
 */
final class StartFifos {

    private static final int MODE = 0600;

    private final LibcKernel libc;
    private final int start;
    private final int status;

    private StartFifos(LibcKernel libc, int start, int status) {
        this.libc = libc;
        this.start = start;
        this.status = status;
    }

    static StartFifos make(LibcKernel libc, StateDirectory directory) {
        return new StartFifos(libc, make(libc, directory.startFifo().getPath()),
                make(libc, directory.statusFifo().getPath()));
    }

    private static int make(LibcKernel libc, String path) {
        libc.mknodat(Kernel.AT_FDCWD, path, Stat.S_IFIFO | MODE, 0);
        return libc.openat(Kernel.AT_FDCWD, path, OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
    }

    int start() {
        return start;
    }

    int status() {
        return status;
    }

    /** Closes this process's descriptors: init must be the status FIFO's only writer. */
    void close() {
        libc.close(start);
        libc.close(status);
    }
}
