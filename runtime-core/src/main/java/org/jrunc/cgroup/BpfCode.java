package org.jrunc.cgroup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Assembles a BPF program (Documentation/bpf/standardization/instruction-set.rst): eight bytes an instruction, as
 * {@code struct bpf_insn} has them. Only what {@link DeviceProgram} needs.
 */
final class BpfCode {

    private static final int SIZE = 8;

    private ByteBuffer code = ByteBuffer.allocate(64 * SIZE).order(ByteOrder.nativeOrder());

    /** {@code dst = *(u32 *) (src + offset)}. */
    BpfCode loadWord(int dst, int src, int offset) {
        return put(0x61, dst, src, offset, 0);
    }

    /** {@code dst = value}: two instructions' space. */
    BpfCode load(int dst, long value) {
        return put(0x18, dst, 0, 0, (int) value).put(0, 0, 0, 0, (int) (value >>> 32));
    }

    /** {@code dst = src}. */
    BpfCode move(int dst, int src) {
        return put(0xbf, dst, src, 0, 0);
    }

    /** {@code dst = value}. */
    BpfCode set(int dst, int value) {
        return put(0xb7, dst, 0, 0, value);
    }

    /** {@code dst &= value}, which is sign-extended. */
    BpfCode and(int dst, int value) {
        return put(0x57, dst, 0, 0, value);
    }

    /** {@code dst &= src}. */
    BpfCode andRegister(int dst, int src) {
        return put(0x5f, dst, src, 0, 0);
    }

    /** {@code dst |= src}. */
    BpfCode orRegister(int dst, int src) {
        return put(0x4f, dst, src, 0, 0);
    }

    /** {@code dst ^= src}. */
    BpfCode xorRegister(int dst, int src) {
        return put(0xaf, dst, src, 0, 0);
    }

    /** {@code dst <<= bits}. */
    BpfCode shiftLeft(int dst, int bits) {
        return put(0x67, dst, 0, 0, bits);
    }

    /** {@code dst >>>= bits}. */
    BpfCode shiftRight(int dst, int bits) {
        return put(0x77, dst, 0, 0, bits);
    }

    /** Skips instructions if a register is 0. */
    BpfCode skipIfZero(int register, int instructions) {
        return put(0x15, register, 0, instructions, 0);
    }

    /** Skips instructions unless a register is 0. */
    BpfCode skipUnlessZero(int register, int instructions) {
        return put(0x55, register, 0, instructions, 0);
    }

    /** Ends with what register 0 has. */
    BpfCode exit() {
        return put(0x95, 0, 0, 0, 0);
    }

    /** Appends other code. */
    BpfCode append(BpfCode other) {
        byte[] bytes = other.bytes();
        reserve(bytes.length);
        code.put(bytes);
        return this;
    }

    /** How many instructions there are; {@link #load} counts as two. */
    int size() {
        return code.position() / SIZE;
    }

    /** The program. */
    byte[] bytes() {
        return Arrays.copyOf(code.array(), code.position());
    }

    private BpfCode put(int opcode, int dst, int src, int offset, int value) {
        reserve(SIZE);
        // Two bit fields in a byte: the first one is the low half on a little-endian machine, as both of ours are.
        code.put((byte) opcode).put((byte) (src << 4 | dst)).putShort((short) offset).putInt(value);
        return this;
    }

    private void reserve(int bytes) {
        if (code.remaining() < bytes) {
            code = ByteBuffer.wrap(Arrays.copyOf(code.array(), 2 * code.capacity() + bytes))
                    .order(ByteOrder.nativeOrder()).position(code.position());
        }
    }
}
