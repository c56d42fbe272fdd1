package org.jrunc.spec;

import java.util.List;

/**
 * CPU scheduling of the process (config.md, Linux Process, scheduler; sched_setattr(2)). As in that system call, an
 * absent number is 0.
 *
 * @param policy   {@code SCHED_…}
 * @param nice     for SCHED_OTHER and SCHED_BATCH
 * @param priority for SCHED_FIFO and SCHED_RR
 * @param flags    {@code SCHED_FLAG_…}
 * @param runtime  for SCHED_DEADLINE, nanoseconds, unsigned
 * @param deadline for SCHED_DEADLINE, nanoseconds, unsigned
 * @param period   for SCHED_DEADLINE, nanoseconds, unsigned
 */
public record Scheduler(String policy, int nice, int priority, List<String> flags, long runtime, long deadline,
        long period) {

    public Scheduler {
        flags = List.copyOf(flags);
    }
}
