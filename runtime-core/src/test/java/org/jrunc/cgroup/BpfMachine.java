package org.jrunc.cgroup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a BPF program as the kernel would, for tests; knows what device programs are made of, and checks its jumps. */
final class BpfMachine {

    private final ByteBuffer code;
    private final long[] registers = new long[11];

    BpfMachine(byte[] program) {
        code = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
    }

    /** What the program answers for a context of 32-bit words. */
    long run(int... context) {
        java.util.Arrays.fill(registers, 0xdeadbeefL);
        // An address, of which only the offsets matter.
        registers[1] = 0;
        for (int at = 0;; at++) {
            int opcode = code.get(8 * at) & 0xff;
            int dst = code.get(8 * at + 1) & 0xf;
            int src = code.get(8 * at + 1) >> 4 & 0xf;
            int offset = code.getShort(8 * at + 2);
            int value = code.getInt(8 * at + 4);
            switch (opcode) {
                case 0x61 -> registers[dst] = context[(int) (registers[src] + offset) / 4] & 0xffffffffL;
                case 0x18 -> {
                    registers[dst] = (long) code.getInt(8 * at + 12) << 32 | value & 0xffffffffL;
                    at++;
                }
                case 0x15 -> at += registers[dst] == value ? forward(offset) : 0;
                case 0x55 -> at += registers[dst] != value ? forward(offset) : 0;
                case 0x95 -> {
                    return registers[0];
                }
                default -> registers[dst] = compute(opcode, registers[dst], registers[src], value);
            }
        }
    }

    private static int forward(int offset) {
        if (offset < 0) {
            throw new AssertionError("jump back");
        }
        return offset;
    }

    private static long compute(int opcode, long dst, long src, long value) {
        return switch (opcode) {
            case 0xb7 -> value;
            case 0xbf -> src;
            case 0x57 -> dst & value;
            case 0x5f -> dst & src;
            case 0x4f -> dst | src;
            case 0xaf -> dst ^ src;
            case 0x67 -> dst << value;
            case 0x77 -> dst >>> value;
            default -> throw new AssertionError("instruction " + Integer.toHexString(opcode));
        };
    }
}
