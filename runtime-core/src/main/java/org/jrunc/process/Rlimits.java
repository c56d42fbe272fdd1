package org.jrunc.process;

import java.util.List;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Resource;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Rlimit;

/**
 * Resource limits (prlimit(2), config.md {@code process.rlimits}). The runtime sets them from outside: in a user
 * namespace the container's root could not raise a hard limit. And late, so that none of them hits the set-up.
 */
public final class Rlimits {

    private final List<Rlimit> limits;
    private final int[] numbers;

    /** Checks the limits of a configuration. */
    public Rlimits(List<Rlimit> limits) {
        this.limits = limits;
        this.numbers = new int[limits.size()];
        for (int i = 0; i < numbers.length; i++) {
            Rlimit limit = limits.get(i);
            String field = "/process/rlimits/" + i;
            numbers[i] = Resource.number(limit.type());
            if (numbers[i] < 0) {
                throw new RuntimeFailure("wrong rlimit value: " + limit.type() + " (" + field
                        + "/type: Linux has no such limit)");
            }
            for (int j = 0; j < i; j++) {
                if (numbers[j] == numbers[i]) {
                    throw new RuntimeFailure("duplicate rlimit " + limit.type() + ": /process/rlimits/" + j + " and "
                            + field);
                }
            }
            if (Long.compareUnsigned(limit.soft(), limit.hard()) > 0) {
                throw new RuntimeFailure("wrong rlimit value: " + limit.type() + ": " + field + ": soft "
                        + number(limit.soft()) + " is above hard " + number(limit.hard()));
            }
        }
    }

    /**
     * Sets them for a process. A runtime without CAP_SYS_RESOURCE may not do so once the process has another user; but
     * then it could not raise a limit in any case, and the process can lower them itself.
     *
     * @param brain  the runtime
     * @param kernel the process
     * @param pid    its pid for the runtime
     */
    public void apply(Kernel brain, Kernel kernel, int pid) {
        for (int i = 0; i < numbers.length; i++) {
            Rlimit limit = limits.get(i);
            try {
                apply(brain, kernel, pid, numbers[i], limit);
            } catch (KernelException e) {
                throw new RuntimeFailure("error setting rlimits for ready process: /process/rlimits/" + i + ": "
                        + limit.type() + " soft " + number(limit.soft()) + " hard " + number(limit.hard())
                        + ": prlimit64: " + Errno.name(e.errno()) + hint(e, numbers[i]), e);
            }
        }
    }

    private static void apply(Kernel brain, Kernel kernel, int pid, int resource, Rlimit limit) {
        try {
            brain.prlimit(pid, resource, limit.soft(), limit.hard());
        } catch (KernelException e) {
            if (!e.is(Errno.EPERM)) {
                throw e;
            }
            kernel.prlimit(0, resource, limit.soft(), limit.hard());
        }
    }

    private static String hint(KernelException e, int number) {
        if (!e.is(Errno.EPERM)) {
            return "";
        }
        return number == Resource.RLIMIT_NOFILE
                ? " (raising a hard limit needs CAP_SYS_RESOURCE on the host, and none may exceed sysctl fs.nr_open)"
                : " (raising a hard limit needs CAP_SYS_RESOURCE on the host)";
    }

    private static String number(long value) {
        return value == Resource.RLIM_INFINITY ? "unlimited" : Long.toUnsignedString(value);
    }
}
