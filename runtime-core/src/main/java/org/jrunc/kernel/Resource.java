package org.jrunc.kernel;

/** Resources of prlimit(2), {@code asm-generic/resource.h}: a name's index is its number. */
public final class Resource {

    public static final int RLIMIT_NOFILE = 7;
    /** No limit. */
    public static final long RLIM_INFINITY = -1;

    private static final String[] NAMES = {
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC",
        "RLIMIT_NOFILE", "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE",
        "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME"
    };

    private Resource() {
    }

    /** The number of a name like {@code RLIMIT_NOFILE}; -1 for one that Linux does not know. */
    public static int number(String name) {
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
