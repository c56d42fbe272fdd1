package org.jrunc.kernel;

/** I/O priorities of ioprio_set(2), {@code linux/ioprio.h}. */
public final class IoPrio {

    public static final int IOPRIO_CLASS_RT = 1;
    public static final int IOPRIO_CLASS_BE = 2;
    public static final int IOPRIO_CLASS_IDLE = 3;
    public static final int IOPRIO_CLASS_SHIFT = 13;
    public static final int IOPRIO_WHO_PROCESS = 1;

    private IoPrio() {
    }
}
