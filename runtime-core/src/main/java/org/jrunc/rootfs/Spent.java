package org.jrunc.rootfs;

import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Kernel;

/**
 * Descriptors that are not needed any more. Closing each at once would be a round trip to init each; the kernel gives
 * out the lowest free numbers, so those of a few dozen steps are neighbours, and one close_range(2) closes them.
 */
final class Spent {

    private static final int MOST = 64;

    private final Kernel kernel;
    private final int[] fds = new int[MOST];
    private int count;

    Spent(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Closes a descriptor some time. */
    void add(int fd) {
        if (count == MOST) {
            close();
        }
        fds[count] = fd;
        count++;
    }

    /** Closes them now. */
    void close() {
        CallSequence calls = kernel.sequence();
        close(calls);
        calls.run();
    }

    /** The same by way of a sequence of calls. */
    void close(CallSequence calls) {
        java.util.Arrays.sort(fds, 0, count);
        int i = 0;
        while (i < count) {
            int first = fds[i];
            int last = first;
            while (i + 1 < count && fds[i + 1] == last + 1) {
                i++;
                last = fds[i];
            }
            calls.closeRange(first, last, 0);
            i++;
        }
        count = 0;
    }
}
