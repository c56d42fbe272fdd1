package org.jrunc.process;

import java.util.Arrays;
import java.util.Optional;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.IoPrio;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Sched;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.IoPriority;
import org.jrunc.spec.Scheduler;

/**
 * CPU scheduling and I/O priority (sched_setattr(2), ioprio_set(2)). The runtime sets them from outside: it may be
 * allowed to what the container's root in a user namespace is not.
 */
public final class Scheduling {

    /** Bytes of a CPU mask for 64 K CPUs, more than any kernel has; it takes as many as it knows. */
    private static final int CPU_BYTES = 8192;

    private final Optional<Scheduler> scheduler;
    private final Optional<IoPriority> ioPriority;
    private final boolean cpuset;

    /**
     * Checks the settings of a configuration.
     *
     * @param cpuset whether {@code linux.resources.cpu.cpus} is given
     */
    public Scheduling(Optional<Scheduler> scheduler, Optional<IoPriority> ioPriority, boolean cpuset) {
        this.scheduler = scheduler;
        this.ioPriority = ioPriority;
        this.cpuset = cpuset;
        if (scheduler.isPresent()) {
            check(scheduler.get());
        }
        if (ioPriority.isPresent()) {
            check(ioPriority.get());
        }
    }

    private static void check(Scheduler scheduler) {
        int policy = policy(scheduler.policy());
        flags(scheduler);
        boolean nice = policy == Sched.SCHED_OTHER || policy == Sched.SCHED_BATCH;
        if (nice && (scheduler.nice() < -20 || scheduler.nice() > 19)) {
            throw new RuntimeFailure("invalid scheduler.nice: " + scheduler.nice() + " when scheduler.policy is "
                    + scheduler.policy() + " (/process/scheduler/nice: -20 to 19)");
        }
        if (scheduler.priority() != 0 && policy != Sched.SCHED_FIFO && policy != Sched.SCHED_RR) {
            throw new RuntimeFailure("scheduler.priority can only be specified for SchedFIFO or SchedRR policy"
                    + " (/process/scheduler/priority)");
        }
        boolean times = scheduler.runtime() != 0 || scheduler.deadline() != 0 || scheduler.period() != 0;
        if (times && policy != Sched.SCHED_DEADLINE) {
            throw new RuntimeFailure("scheduler runtime/deadline/period can only be specified for SchedDeadline policy"
                    + " (/process/scheduler)");
        }
    }

    private static void check(IoPriority priority) {
        ioClass(priority);
        if (priority.priority() < 0 || priority.priority() > 7) {
            throw new RuntimeFailure("invalid ioPriority.Priority: " + priority.priority()
                    + " (/process/ioPriority/priority: 0 to 7)");
        }
    }

    private static int policy(String name) {
        switch (name) {
            case "SCHED_OTHER":
                return Sched.SCHED_OTHER;
            case "SCHED_FIFO":
                return Sched.SCHED_FIFO;
            case "SCHED_RR":
                return Sched.SCHED_RR;
            case "SCHED_BATCH":
                return Sched.SCHED_BATCH;
            case "SCHED_ISO":
                return Sched.SCHED_ISO;
            case "SCHED_IDLE":
                return Sched.SCHED_IDLE;
            case "SCHED_DEADLINE":
                return Sched.SCHED_DEADLINE;
            case "":
                throw new RuntimeFailure("scheduler policy is required: /process/scheduler/policy");
            default:
                throw new RuntimeFailure("invalid scheduler policy: " + name + " (/process/scheduler/policy)");
        }
    }

    private static long flags(Scheduler scheduler) {
        long flags = 0;
        for (int i = 0; i < scheduler.flags().size(); i++) {
            flags |= flag(scheduler.flags().get(i), i);
        }
        return flags;
    }

    private static int flag(String name, int index) {
        switch (name) {
            case "SCHED_FLAG_RESET_ON_FORK":
                return Sched.SCHED_FLAG_RESET_ON_FORK;
            case "SCHED_FLAG_RECLAIM":
                return Sched.SCHED_FLAG_RECLAIM;
            case "SCHED_FLAG_DL_OVERRUN":
                return Sched.SCHED_FLAG_DL_OVERRUN;
            case "SCHED_FLAG_KEEP_POLICY":
                return Sched.SCHED_FLAG_KEEP_POLICY;
            case "SCHED_FLAG_KEEP_PARAMS":
                return Sched.SCHED_FLAG_KEEP_PARAMS;
            case "SCHED_FLAG_UTIL_CLAMP_MIN":
                return Sched.SCHED_FLAG_UTIL_CLAMP_MIN;
            case "SCHED_FLAG_UTIL_CLAMP_MAX":
                return Sched.SCHED_FLAG_UTIL_CLAMP_MAX;
            default:
                throw new RuntimeFailure("invalid scheduler flag: " + name + " (/process/scheduler/flags/" + index
                        + ")");
        }
    }

    private static int ioClass(IoPriority priority) {
        switch (priority.ioClass()) {
            case "IOPRIO_CLASS_RT":
                return IoPrio.IOPRIO_CLASS_RT;
            case "IOPRIO_CLASS_BE":
                return IoPrio.IOPRIO_CLASS_BE;
            case "IOPRIO_CLASS_IDLE":
                return IoPrio.IOPRIO_CLASS_IDLE;
            default:
                throw new RuntimeFailure("invalid ioPriority.Class: " + GoText.quote(priority.ioClass())
                        + " (/process/ioPriority/class)");
        }
    }

    /**
     * Lets a process run on every CPU its cgroup has. It inherited the runtime's mask, which may be that of a systemd
     * unit; since Linux 6.2 joining a cpuset does not widen it. Once the process is in its cgroup.
     */
    public static void resetAffinity(Kernel brain, int pid, RuntimeLog log) {
        byte[] all = new byte[CPU_BYTES];
        Arrays.fill(all, (byte) 0xff);
        try {
            brain.schedSetaffinity(pid, all);
        } catch (KernelException e) {
            log.warn("resetting the CPU affinity of pid " + pid
                    + " failed -- the container process may inherit the CPU affinity of the runtime: "
                    + e.getMessage());
        }
    }

    /** Sets policy and priorities for a process that is still the container's root. */
    public void apply(Kernel brain, int pid) {
        if (scheduler.isPresent()) {
            applyScheduler(brain, pid, scheduler.get());
        }
        if (ioPriority.isPresent()) {
            IoPriority priority = ioPriority.get();
            try {
                brain.ioprioSet(IoPrio.IOPRIO_WHO_PROCESS, pid,
                        ioClass(priority) << IoPrio.IOPRIO_CLASS_SHIFT | priority.priority());
            } catch (KernelException e) {
                throw new RuntimeFailure("unable to set the I/O priority: /process/ioPriority: " + e.getMessage()
                        + (e.is(Errno.EPERM) ? " (IOPRIO_CLASS_RT needs CAP_SYS_NICE on the host)" : ""), e);
            }
        }
    }

    private void applyScheduler(Kernel brain, int pid, Scheduler wanted) {
        try {
            brain.schedSetattr(pid, Sched.attr(policy(wanted.policy()), flags(wanted), wanted.nice(),
                    wanted.priority(), wanted.runtime(), wanted.deadline(), wanted.period()));
        } catch (KernelException e) {
            if (e.is(Errno.EPERM) && cpuset) {
                throw new RuntimeFailure("process scheduler can't be used together with AllowedCPUs:"
                        + " /process/scheduler, /linux/resources/cpu/cpus: sched_setattr: EPERM", e);
            }
            throw new RuntimeFailure("error setting scheduler: /process/scheduler: " + wanted.policy() + ": "
                    + e.getMessage() + hint(e), e);
        }
    }

    private static String hint(KernelException e) {
        switch (e.errno()) {
            case Errno.EPERM:
                return " (real-time policies and a lower nice value need CAP_SYS_NICE on the host, and on cgroup v1"
                        + " a cpu.rt_runtime_us)";
            case Errno.EINVAL:
                return " (a value is out of range: SCHED_FIFO and SCHED_RR take a priority from 1 to 99,"
                        + " SCHED_DEADLINE runtime <= deadline <= period)";
            case Errno.EBUSY:
                return " (SCHED_DEADLINE: the CPUs have not that much time left)";
            default:
                return "";
        }
    }
}
