package org.jrunc.container;

import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeFailure;

/** Sets up FFM, which takes some 20 ms at a cold start, beside whatever else is to be done first. */
final class LibcLoader {

    private final Thread thread = new Thread(this::load, "libc");
    private LibcKernel libc;

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void load() {
        libc = new LibcKernel();
    }

    /** Waits until it is there. */
    LibcKernel get() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (libc == null) {
            throw new RuntimeFailure("internal error: libc could not be loaded");
        }
        return libc;
    }
}
