package org.jrunc.agent;

/**
 * How a program that an agent ran has ended.
 *
 * @param status     its wait status, wait(2)
 * @param timedOut   whether it was killed because its time was over
 * @param failedCall the call that failed when the program could not even be started, for instance {@code execve};
 *                   empty when it was
 * @param errno      the error number of that call
 * @param nanos      how long it took
 */
public record Outcome(int status, boolean timedOut, String failedCall, int errno, long nanos) {

    /** Whether it did what it should: it exited with 0, in time. */
    public boolean ok() {
        return status == 0 && !timedOut;
    }
}
