package org.jrunc.agent;

import java.nio.ByteBuffer;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MemfdFlags;

/**
 * The memory that a family of agents shares with this JVM: a memfd mapped at the same address in each of them. It is
 * divided into lanes, one per agent process. Only touched pages cost memory.
 */
final class Region implements AutoCloseable {

    /** Where agents map it: below the 39-bit limit of small aarch64 kernels, far from everything an ELF loads. */
    static final long BASE = 0x10_0000_0000L;
    /** Room for the largest argv and environ Linux takes (6 MB) and some more. */
    static final int SIZE = 16 << 20;
    private static final int LANE = 64 << 10;

    private final LibcKernel libc;
    private final int fd;
    private final ByteBuffer memory;
    private int used;

    Region(LibcKernel libc) {
        this.libc = libc;
        fd = libc.memfdCreate("jrunc-region", MemfdFlags.MFD_CLOEXEC | MemfdFlags.MFD_ALLOW_SEALING);
        libc.ftruncate(fd, SIZE);
        libc.fcntl(fd, MemfdFlags.F_ADD_SEALS,
                MemfdFlags.F_SEAL_SHRINK | MemfdFlags.F_SEAL_GROW | MemfdFlags.F_SEAL_SEAL);
        memory = libc.mapShared(fd, SIZE);
    }

    int fd() {
        return fd;
    }

    /** A lane for a helper process. */
    Space smallLane() {
        return lane(LANE);
    }

    /** The lane of a process that is to execute the container's program: all that is left. */
    Space largeLane() {
        return lane(SIZE - used);
    }

    /** A lane of a given size. */
    Space lane(long size) {
        if (size > SIZE - used) {
            throw new IllegalStateException("the agents' shared memory has no room for " + size + " bytes more");
        }
        Space lane = new Space(memory.slice(used, (int) size), BASE + used);
        used += (int) size;
        return lane;
    }

    @Override
    public void close() {
        libc.close(fd);
        libc.unmap(memory);
    }
}
