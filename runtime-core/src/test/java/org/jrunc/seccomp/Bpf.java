package org.jrunc.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a filter as the kernel would: classic BPF over {@code struct seccomp_data}. */
final class Bpf {

    static final int X86_64 = 0xc000003e;
    static final int I386 = 0x40000003;

    private Bpf() {
    }

    static int run(byte[] program, int architecture, int number, long... arguments) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(number).putInt(architecture).putLong(0);
        for (long argument : arguments) {
            data.putLong(argument);
        }
        ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.nativeOrder());
        int a = 0;
        for (int pc = 0;; pc++) {
            int op = code.getShort(8 * pc);
            int jumpTrue = code.get(8 * pc + 2) & 0xff;
            int jumpFalse = code.get(8 * pc + 3) & 0xff;
            int k = code.getInt(8 * pc + 4);
            switch (op) {
                case 0x20 -> a = data.getInt(k);
                case 0x54 -> a &= k;
                case 0x05 -> pc += k;
                case 0x15 -> pc += a == k ? jumpTrue : jumpFalse;
                case 0x25 -> pc += Integer.compareUnsigned(a, k) > 0 ? jumpTrue : jumpFalse;
                case 0x35 -> pc += Integer.compareUnsigned(a, k) >= 0 ? jumpTrue : jumpFalse;
                case 0x45 -> pc += (a & k) != 0 ? jumpTrue : jumpFalse;
                case 0x06 -> {
                    return k;
                }
                default -> throw new AssertionError("instruction " + Integer.toHexString(op));
            }
        }
    }
}
