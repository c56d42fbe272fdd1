package org.jrunc.cgroup;

/** A time by which something must have happened, and pauses between looks at it that grow from 1 to 20 ms. */
final class Deadline {

    /** How long anything here may take. */
    static final long SECONDS = 10;

    private static final long LONGEST_PAUSE = 20;

    private final long end;
    private long pause = 1;

    private Deadline(long millis) {
        end = System.nanoTime() + millis * 1_000_000;
    }

    static Deadline usual() {
        return new Deadline(SECONDS * 1000);
    }

    static Deadline of(long millis) {
        return new Deadline(millis);
    }

    /** Sleeps a little; returns false, at once, when the time is over. */
    boolean pause() {
        if (System.nanoTime() - end >= 0) {
            return false;
        }
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        return true;
    }
}
