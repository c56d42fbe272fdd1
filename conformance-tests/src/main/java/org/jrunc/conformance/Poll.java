package org.jrunc.conformance;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something to become true, with a deadline and a name for what is waited for. */
public final class Poll {
    private static final Duration USUAL = Duration.ofSeconds(5);

    private Poll() {
    }

    /** Waits up to five seconds; fails with the name when the condition does not come true. */
    public static void until(String what, BooleanSupplier condition) {
        if (!within(USUAL, condition)) {
            throw new AssertionError("within " + USUAL + " it did not happen that " + what);
        }
    }

    /** Waits and says whether the condition came true in time. */
    public static boolean within(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
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
