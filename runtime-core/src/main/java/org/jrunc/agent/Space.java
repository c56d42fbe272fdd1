package org.jrunc.agent;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jrunc.kernel.Arg;

/**
 * A piece of an agent's memory that this JVM can write: filled from the start, addressed as the agent sees it. It is a
 * part of the shared region, or the data of an ELF that is being made.
 */
final class Space implements Arg.Memory {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final MemorySegment segment;
    private final long base;
    private long used;

    /**
     * A space.
     *
     * @param segment its memory here
     * @param base    its address in the agent
     */
    Space(MemorySegment segment, long base) {
        this.segment = segment;
        this.base = base;
    }

    /** Takes memory, 8-byte aligned and zero or whatever was there; returns its address in the agent. */
    long allocate(long size) {
        long rounded = size + 7 & ~7L;
        if (used + rounded > segment.byteSize()) {
            throw new IllegalStateException("the agent's memory of " + segment.byteSize()
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
        return segment.byteSize();
    }

    /** How much is left. */
    long free() {
        return segment.byteSize() - used;
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
        segment.set(LONG, address - base, value);
    }

    long get(long address) {
        return segment.get(LONG, address - base);
    }

    @Override
    public long put(byte[] bytes) {
        long address = allocate(bytes.length);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, address - base, bytes.length);
        return address;
    }

    @Override
    public void get(long address, byte[] into) {
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, address - base, into, 0, into.length);
    }

    @Override
    public void pointer(long at, long value) {
        set(at, value);
    }
}
