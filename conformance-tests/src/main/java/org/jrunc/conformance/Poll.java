package org.jrunc.conformance;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something to become true, with a deadline and a name for what is waited for. */
public final class Poll {
    /** System property: by how much every deadline is to be longer, for a machine that is emulated. */
    public static final String SLOWNESS = "jrunc.slowness";

    private static final Duration USUAL = Duration.ofSeconds(5);

    private Poll() {
    }

    /** Waits up to five seconds of a usual machine; fails with the name when the condition does not come true. */
    public static void until(String what, BooleanSupplier condition) {
        if (!within(USUAL, condition)) {
            throw new AssertionError("within " + USUAL + " it did not happen that " + what);
        }
    }

    /** A time limit on this machine. */
    static Duration here(Duration limit) {
        return limit.multipliedBy(Long.getLong(SLOWNESS, 1));
    }

    /** Waits and says whether the condition came true in time. */
    public static boolean within(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + here(limit).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
