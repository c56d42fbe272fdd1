package org.jrunc.cgroup;

import org.jrunc.kernel.Errno;
import org.jrunc.spec.Cpu;

/** The cpu controller of cgroup v1 (scheduler/sched-bwc.rst, sched-rt-group.rst). */
final class V1Cpu {

    private final LimitWriter files;

    V1Cpu(LimitWriter files) {
        this.files = files;
    }

    static boolean isAsked(Cpu cpu) {
        return cpu.shares().orElse(0) != 0 || cpu.quota().orElse(0) != 0 || cpu.period().orElse(0) != 0
                || cpu.burst().isPresent() || cpu.idle().isPresent() || cpu.realtimePeriod().orElse(0) != 0
                || cpu.realtimeRuntime().orElse(0) != 0;
    }

    void apply(Cpu cpu) {
        boolean idle = cpu.idle().orElse(0) == 1;
        if (cpu.idle().isPresent()) {
            files.exact("cpu/idle", "cpu.idle", Long.toString(cpu.idle().getAsLong()));
        }
        if (cpu.shares().orElse(0) != 0) {
            if (idle) {
                files.ignored("cpu/shares", "cpu/idle is set, such a cgroup has the least share there is");
            } else {
                // The kernel takes what is out of the range 2 to 262144 for the nearest in it.
                files.exact("cpu/shares", "cpu.shares", Long.toUnsignedString(cpu.shares().getAsLong()));
            }
        }
        bandwidth(cpu);
        realtime(cpu);
    }

    /**
     * Quota, period and burst are judged together, with what is set already. So what is refused before the quota is
     * there is tried once more afterwards.
     */
    private void bandwidth(Cpu cpu) {
        long quota = cpu.quota().orElse(0);
        boolean periodLater = false;
        boolean burstLater = false;
        if (cpu.period().orElse(0) != 0) {
            periodLater = put("cpu/period", "cpu.cfs_period_us", Long.toUnsignedString(cpu.period().getAsLong()),
                    quota != 0);
        }
        if (cpu.burst().isPresent()) {
            burstLater = put("cpu/burst", "cpu.cfs_burst_us", Long.toUnsignedString(cpu.burst().getAsLong()),
                    quota != 0);
        }
        if (quota != 0) {
            files.exact("cpu/quota", "cpu.cfs_quota_us", Long.toString(quota < 0 ? -1 : quota));
        }
        if (periodLater) {
            put("cpu/period", "cpu.cfs_period_us", Long.toUnsignedString(cpu.period().getAsLong()), false);
        }
        if (burstLater) {
            put("cpu/burst", "cpu.cfs_burst_us", Long.toUnsignedString(cpu.burst().getAsLong()), false);
        }
    }

    private void realtime(Cpu cpu) {
        long runtime = cpu.realtimeRuntime().orElse(0);
        boolean later = false;
        if (cpu.realtimePeriod().orElse(0) != 0) {
            later = put("cpu/realtimePeriod", "cpu.rt_period_us",
                    Long.toUnsignedString(cpu.realtimePeriod().getAsLong()), runtime != 0);
        }
        if (runtime != 0) {
            files.exact("cpu/realtimeRuntime", "cpu.rt_runtime_us", Long.toString(runtime));
        }
        if (later) {
            put("cpu/realtimePeriod", "cpu.rt_period_us", Long.toUnsignedString(cpu.realtimePeriod().getAsLong()),
                    false);
        }
    }

    /** Writes; returns true when the kernel refused the combination, and that may change. */
    private boolean put(String field, String file, String value, boolean mayChange) {
        int errno = files.attempt(file, value);
        if (errno == Errno.EINVAL && mayChange) {
            return true;
        }
        if (errno != 0) {
            throw files.refused(field, file, value, errno);
        }
        files.compare(field, file, value);
        return false;
    }
}
