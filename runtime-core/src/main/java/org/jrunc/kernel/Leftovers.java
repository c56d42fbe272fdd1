package org.jrunc.kernel;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The descriptors and mappings that one command has not given back. The end of a process does that; a server, which
 * goes on, has to do it itself.
 */
final class Leftovers {

    private static final int F_DUPFD = 0;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final BitSet descriptors = new BitSet();
    private final Map<Long, Integer> mappings = new HashMap<>();

    /** Looks at a system call that was made. */
    void note(Syscall call, long first, long second, long result) {
        if (result < 0) {
            return;
        }
        switch (call) {
            case CLOSE -> descriptors.clear((int) first);
            case OPENAT, OPENAT2, OPEN_TREE, FSOPEN, FSMOUNT, FSPICK, DUP3, MEMFD_CREATE, SOCKET, ACCEPT4, PIDFD_OPEN,
                    PIDFD_GETFD, EVENTFD2 ->
                    descriptors.set((int) result);
            case FCNTL -> {
                if (second == F_DUPFD || second == F_DUPFD_CLOEXEC) {
                    descriptors.set((int) result);
                }
            }
            default -> { }
        }
    }

    /** Notes descriptors. */
    void opened(int... fds) {
        for (int fd : fds) {
            descriptors.set(fd);
        }
    }

    void mapped(long address, int size) {
        mappings.put(address, size);
    }

    void unmapped(long address) {
        mappings.remove(address);
    }

    /** Closes and unmaps everything. */
    void giveBack(Kernel kernel) {
        for (int fd = descriptors.nextSetBit(0); fd >= 0; fd = descriptors.nextSetBit(fd + 1)) {
            kernel.close(fd);
        }
        for (Map.Entry<Long, Integer> mapping : mappings.entrySet()) {
            kernel.call(Syscall.MUNMAP, Arg.of(mapping.getKey()), Arg.of(mapping.getValue()));
        }
        mappings.clear();
    }
}
