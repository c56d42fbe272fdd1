package org.jrunc.kernel;

/**
 * System calls one after the other. An agent makes all of them in one round trip, in {@link #run}; until then a call
 * answers with a number that stands for its result. Later calls of the sequence take that number as a descriptor, and
 * {@link #result} exchanges it. A call that takes the result of one that has failed is not made. Only calls that answer
 * with a number, or with nothing, belong here; what others answer is in a {@link Block} after {@link #run}, for which
 * there are {@link #statx} and {@link #read}. No other call may be made through the same kernel between the first of the
 * sequence and {@link #run}.
 *
 * <p>Where there is no round trip to be saved, each call is made at once.
 */
public interface CallSequence extends Kernel {

    /** The {@link #result} of a call that was not made. */
    int NOT_MADE = Integer.MIN_VALUE;

    /** The same sequence for calls that may fail: those after them are made all the same. */
    Kernel anyway();

    /** statx(2); {@link Stat#of} reads the block. */
    static int statx(Kernel calls, int dirfd, String path, int flags, Block into) {
        return (int) calls.call(Syscall.STATX, Arg.of(dirfd), Arg.text(path), Arg.of(flags), Arg.of(Stat.MASK), into);
    }

    /** statx(2) of what a descriptor is open on. */
    static int statx(Kernel calls, int fd, Block into) {
        return statx(calls, fd, "", OpenFlags.AT_EMPTY_PATH, into);
    }

    /** read(2) of as much as the block has room for. */
    static int read(Kernel calls, int fd, Block into) {
        return (int) calls.call(Syscall.READ, Arg.of(fd), into, Arg.of(into.bytes().length));
    }

    /**
     * Makes the calls that were not made yet.
     *
     * @throws KernelException for the first that failed, unless they are independent; those after it were not made
     */
    void run();

    /** What a call returned: a negative error number if it failed, or {@link #NOT_MADE}. */
    int result(int answer);
}
