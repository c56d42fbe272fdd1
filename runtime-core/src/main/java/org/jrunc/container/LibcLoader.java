package org.jrunc.container;

import org.jrunc.kernel.LibcKernel;

/**
 * Sets up FFM, which takes some 20 ms at a cold start, beside whatever else is to be done first. What it sets up is
 * static in the kernel package: who needs it before it is ready waits there.
 */
public final class LibcLoader {

    private LibcLoader() {
    }

    /** Starts to load on a thread of its own. The sooner, the less a command waits for it. */
    public static void start() {
        Thread thread = new Thread(LibcLoader::load, "libc");
        thread.setDaemon(true);
        thread.start();
    }

    /** Makes a call as well: the first one links the method handle. */
    private static void load() {
        LibcKernel.here().getpid();
    }
}
