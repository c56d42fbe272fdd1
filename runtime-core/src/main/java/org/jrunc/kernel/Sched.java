package org.jrunc.kernel;

/** Policies and flags of sched_setattr(2), {@code linux/sched.h}, and its {@code struct sched_attr}. */
public final class Sched {

    public static final int SCHED_OTHER = 0;
    public static final int SCHED_FIFO = 1;
    public static final int SCHED_RR = 2;
    public static final int SCHED_BATCH = 3;
    public static final int SCHED_ISO = 4;
    public static final int SCHED_IDLE = 5;
    public static final int SCHED_DEADLINE = 6;

    public static final int SCHED_FLAG_RESET_ON_FORK = 0x01;
    public static final int SCHED_FLAG_RECLAIM = 0x02;
    public static final int SCHED_FLAG_DL_OVERRUN = 0x04;
    public static final int SCHED_FLAG_KEEP_POLICY = 0x08;
    public static final int SCHED_FLAG_KEEP_PARAMS = 0x10;
    public static final int SCHED_FLAG_UTIL_CLAMP_MIN = 0x20;
    public static final int SCHED_FLAG_UTIL_CLAMP_MAX = 0x40;

    /** {@code SCHED_ATTR_SIZE_VER0}: without the utilisation clamps. */
    private static final int SIZE = 48;

    private Sched() {
    }

    /** A {@code struct sched_attr}. */
    public static Block attr(int policy, long flags, int nice, int priority, long runtime, long deadline,
            long period) {
        return Block.in(SIZE).u32(0, SIZE).u32(4, policy).u64(8, flags).u32(16, nice).u32(20, priority)
                .u64(24, runtime).u64(32, deadline).u64(40, period);
    }
}
