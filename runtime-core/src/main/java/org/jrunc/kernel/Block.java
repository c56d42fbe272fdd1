package org.jrunc.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of memory handed to the kernel by address: a struct, a buffer, a vector of strings. It may hold pointers to
 * other arguments, which are placed along with it. Multi-byte values are in the byte order of the machine.
 */
public final class Block extends Arg {

    private final byte[] bytes;
    private final ByteBuffer fields;
    private final boolean out;
    private List<Pointer> pointers = List.of();
    private long address;

    private record Pointer(int offset, Arg target) {
    }

    private Block(byte[] bytes, boolean out) {
        this.bytes = bytes;
        this.fields = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        this.out = out;
    }

    /** A block that the kernel reads, filled with zeroes. */
    public static Block in(int size) {
        return new Block(new byte[size], false);
    }

    /** A block that the kernel reads. */
    public static Block in(byte[] content) {
        return new Block(content, false);
    }

    /** A block that the kernel writes, and perhaps reads first. */
    public static Block out(int size) {
        return new Block(new byte[size], true);
    }

    /** A NULL-terminated vector of strings, as execve(2) takes it. */
    public static Block strings(List<String> strings) {
        Block vector = in(8 * (strings.size() + 1));
        for (int i = 0; i < strings.size(); i++) {
            vector.point(8 * i, Arg.text(strings.get(i)));
        }
        return vector;
    }

    /** The bytes of a NUL-terminated string in UTF-8. */
    public static byte[] zeroTerminated(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] result = new byte[utf8.length + 1];
        System.arraycopy(utf8, 0, result, 0, utf8.length);
        return result;
    }

    /** Sets a 16-bit field. */
    public Block u16(int offset, int value) {
        fields.putShort(offset, (short) value);
        return this;
    }

    /** Sets a 32-bit field. */
    public Block u32(int offset, int value) {
        fields.putInt(offset, value);
        return this;
    }

    /** Sets a 64-bit field. */
    public Block u64(int offset, long value) {
        fields.putLong(offset, value);
        return this;
    }

    /** Makes a 64-bit field a pointer to another argument. */
    public Block point(int offset, Arg target) {
        if (pointers.isEmpty()) {
            pointers = new ArrayList<>();
        }
        pointers.add(new Pointer(offset, target));
        return this;
    }

    /** Reads a 16-bit field, unsigned. */
    public int u16(int offset) {
        return fields.getShort(offset) & 0xffff;
    }

    /** Reads a 32-bit field. */
    public int u32(int offset) {
        return fields.getInt(offset);
    }

    /** Reads a 64-bit field. */
    public long u64(int offset) {
        return fields.getLong(offset);
    }

    /** The bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** The bytes up to the first NUL, or the first {@code length}, as UTF-8. */
    public String text(int length) {
        int end = 0;
        while (end < length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    @Override
    public long place(Memory memory) {
        address = memory.put(bytes);
        for (Pointer pointer : pointers) {
            memory.pointer(address + pointer.offset, pointer.target.place(memory));
        }
        return address;
    }

    @Override
    public void collect(Memory memory) {
        if (out) {
            memory.get(address, bytes);
        }
        for (Pointer pointer : pointers) {
            pointer.target.collect(memory);
        }
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
