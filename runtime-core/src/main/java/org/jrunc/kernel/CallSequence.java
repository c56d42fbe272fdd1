package org.jrunc.kernel;

/**
 * System calls one after the other. An agent makes all of them in one round trip, in {@link #run}; until then a call
 * answers with a number that stands for its result. Later calls of the sequence take that number as a descriptor, and
 * {@link #result} exchanges it. Only calls that answer with a number, or with nothing, belong here. No other call may be
 * made through the same kernel between the first of the sequence and {@link #run}.
 *
 * <p>Where there is no round trip to be saved, each call is made at once.
 */
public interface CallSequence extends Kernel {

    /** The {@link #result} of a call that was not made. */
    int NOT_MADE = Integer.MIN_VALUE;

    /**
     * Makes the calls that were not made yet.
     *
     * @throws KernelException for the first that failed, unless they are independent; those after it were not made
     */
    void run();

    /** What a call returned: a negative error number if it failed, or {@link #NOT_MADE}. */
    int result(int answer);
}
