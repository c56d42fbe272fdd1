package org.jrunc.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jrunc.kernel.Arg;

/**
 * A piece of an agent's memory that this JVM can write: filled from the start, addressed as the agent sees it. It is a
 * part of the shared region, or the data of an ELF that is being made.
 *
 * <p>A ByteBuffer and not a MemorySegment: the segment's accessors are VarHandles, whose forms are spun anew at each
 * start (6 ms for the first get and set), and which the interpreter, in which most of this runs, takes long for.
 */
final class Space implements Arg.Memory {

    private final ByteBuffer memory;
    private final long base;
    private long used;

    /**
     * A space.
     *
     * @param memory its memory here, all of the buffer
     * @param base   its address in the agent
     */
    Space(ByteBuffer memory, long base) {
        this.memory = memory.order(ByteOrder.nativeOrder());
        this.base = base;
    }

    /** Takes memory, 8-byte aligned and zero or whatever was there; returns its address in the agent. */
    long allocate(long size) {
        long rounded = size + 7 & ~7L;
        if (used + rounded > memory.capacity()) {
            throw new IllegalStateException("the agent's memory of " + memory.capacity()
                    + " bytes is too small for arguments of " + size + " more bytes");
        }
        long address = base + used;
        used += rounded;
        return address;
    }

    /** Takes one zeroed 8-byte word. */
    long word() {
        long address = allocate(8);
        set(address, 0);
        return address;
    }

    /** How much there is. */
    long size() {
        return memory.capacity();
    }

    /** How much is left. */
    long free() {
        return memory.capacity() - used;
    }

    /** How much is taken. */
    long mark() {
        return used;
    }

    /** Gives back everything taken after a {@link #mark}. */
    void release(long mark) {
        used = mark;
    }

    void set(long address, long value) {
        memory.putLong(index(address), value);
    }

    long get(long address) {
        return memory.getLong(index(address));
    }

    /** Writes bytes to memory that was taken before. */
    void fill(long address, byte[] bytes) {
        memory.put(index(address), bytes);
    }

    @Override
    public long put(byte[] bytes) {
        long address = allocate(bytes.length);
        memory.put(index(address), bytes);
        return address;
    }

    @Override
    public void get(long address, byte[] into) {
        memory.get(index(address), into);
    }

    @Override
    public void pointer(long at, long value) {
        set(at, value);
    }

    private int index(long address) {
        return (int) (address - base);
    }
}
