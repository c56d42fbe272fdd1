package org.jrunc.process;

import java.util.Optional;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.CpuAffinity;
import org.jrunc.spec.CpuList;

/**
 * {@code process.execCPUAffinity}: the CPUs of what an exec adds to a container, before it is in the container's cgroup
 * and after (sched_setaffinity(2)). Without it, all that the cgroup has.
 */
public final class ExecAffinity {

    private final Optional<byte[]> initial;
    private final Optional<byte[]> last;

    /** The affinity of a configuration. */
    ExecAffinity(Optional<CpuAffinity> affinity) {
        initial = affinity.isEmpty() ? Optional.empty() : cpus("initial", affinity.get().initial());
        last = affinity.isEmpty() ? Optional.empty() : cpus("final", affinity.get().finalCpus());
    }

    private static Optional<byte[]> cpus(String name, Optional<String> list) {
        try {
            return list.orElse("").isEmpty() ? Optional.empty() : Optional.of(CpuList.parse(list.get()).toByteArray());
        } catch (IllegalArgumentException e) {
            throw new RuntimeFailure("invalid CPU affinity: /process/execCPUAffinity/" + name + ": " + e.getMessage(),
                    e);
        }
    }

    /** Whether the process has to be on some CPUs from its first moment on. */
    public boolean hasInitial() {
        return initial.isPresent();
    }

    /** For a process that is not in the container's cgroup yet. */
    public void beforeCgroup(Kernel brain, int pid) {
        if (initial.isPresent()) {
            set(brain, pid, "initial", initial.get());
        }
    }

    /** For a process in the container's cgroup, when the runtime's work on it is done. */
    public void afterCgroup(Kernel brain, int pid, RuntimeLog log) {
        if (last.isPresent()) {
            set(brain, pid, "final", last.get());
        } else if (initial.isEmpty()) {
            Scheduling.resetAffinity(brain, pid, log);
        }
    }

    private static void set(Kernel brain, int pid, String name, byte[] cpus) {
        try {
            brain.schedSetaffinity(pid, padded(cpus));
        } catch (KernelException e) {
            throw new RuntimeFailure("error setting " + name + " CPU affinity for pid " + pid
                    + ": /process/execCPUAffinity/" + name + ": " + e.getMessage()
                    + " (is one of these CPUs online, and in the cpuset?)", e);
        }
    }

    /** In whole words, as the kernel reads them. */
    private static byte[] padded(byte[] cpus) {
        return java.util.Arrays.copyOf(cpus, (cpus.length + 7) / 8 * 8);
    }
}
