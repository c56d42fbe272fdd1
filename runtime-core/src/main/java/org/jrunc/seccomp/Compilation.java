package org.jrunc.seccomp;

import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Seccomp;

/**
 * A filter being compiled by a thread of its own, and kept for the next time. The filter is needed last of all, so the
 * compilation costs no time where there is a second CPU: brain and hands share one.
 */
final class Compilation extends Thread {

    private final LibSeccomp library;
    private final RuntimeLog log;
    private final Seccomp profile;
    private final boolean failUnknown;
    private final String cache;
    private final byte[] key;
    private final int flags;
    private byte[] program;
    private RuntimeException failure;

    /**
     * A compilation, to be started before this thread is held on one CPU.
     *
     * @param library for this compilation alone
     * @param cache   parent of the cache's directory
     * @param key     of the cache
     */
    Compilation(LibSeccomp library, RuntimeLog log, Seccomp profile, boolean failUnknown, String cache, byte[] key,
            int flags) {
        super("seccomp");
        this.library = library;
        this.log = log;
        this.profile = profile;
        this.failUnknown = failUnknown;
        this.cache = cache;
        this.key = key;
        this.flags = flags;
        setDaemon(true);
    }

    @Override
    public void run() {
        try {
            // The other threads' is for one thread at a time.
            LibcKernel libc = new LibcKernel();
            program = new FilterCompiler(libc, library, log, profile, failUnknown).compile();
            if (!failUnknown) {
                new FilterCache(libc, cache, log).keep(key, program, flags);
            }
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            failure = new IllegalStateException("the system call filter could not be compiled: " + e, e);
        }
    }

    /** The program, {@code struct sock_filter[]}, when it is there; throws what the compiler has thrown. */
    byte[] program() {
        boolean interrupted = false;
        while (true) {
            try {
                join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        return program;
    }
}
