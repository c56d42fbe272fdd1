package org.jrunc.seccomp;

import java.util.OptionalLong;
import org.jrunc.kernel.Errno;

/** The numbers behind the names of a profile: {@code linux/seccomp.h} and {@code seccomp.h}. */
final class Actions {

    static final int KILL_PROCESS = 0x80000000;
    static final int KILL_THREAD = 0;
    static final int TRAP = 0x00030000;
    static final int ERRNO = 0x00050000;
    static final int NOTIFY = 0x7fc00000;
    static final int TRACE = 0x7ff00000;
    static final int LOG = 0x7ffc0000;
    static final int ALLOW = 0x7fff0000;
    /** What an action is without its data. */
    private static final int ACTION = 0xffff0000;

    private Actions() {
    }

    /**
     * What a filter returns for an action.
     *
     * @param data errno or message; EPERM if not given
     */
    static int of(String name, OptionalLong data) {
        int value = (int) data.orElse(Errno.EPERM) & 0xffff;
        switch (name) {
            case "SCMP_ACT_KILL":
            case "SCMP_ACT_KILL_THREAD":
                return KILL_THREAD;
            case "SCMP_ACT_KILL_PROCESS":
                return KILL_PROCESS;
            case "SCMP_ACT_TRAP":
                return TRAP;
            case "SCMP_ACT_ERRNO":
                return ERRNO | value;
            case "SCMP_ACT_TRACE":
                return TRACE | value;
            case "SCMP_ACT_ALLOW":
                return ALLOW;
            case "SCMP_ACT_LOG":
                return LOG;
            case "SCMP_ACT_NOTIFY":
                return NOTIFY;
            default:
                throw new IllegalArgumentException(name);
        }
    }

    /** Whether a call gets through, at least with a tracer's consent: then an unknown one must get through as well. */
    static boolean letsThrough(int action) {
        int kind = action & ACTION;
        return kind == ALLOW || kind == LOG || kind == TRACE;
    }

    /** {@code enum scmp_compare}. */
    static int operator(String name) {
        switch (name) {
            case "SCMP_CMP_NE":
                return 1;
            case "SCMP_CMP_LT":
                return 2;
            case "SCMP_CMP_LE":
                return 3;
            case "SCMP_CMP_EQ":
                return 4;
            case "SCMP_CMP_GE":
                return 5;
            case "SCMP_CMP_GT":
                return 6;
            case "SCMP_CMP_MASKED_EQ":
                return 7;
            default:
                throw new IllegalArgumentException(name);
        }
    }
}
