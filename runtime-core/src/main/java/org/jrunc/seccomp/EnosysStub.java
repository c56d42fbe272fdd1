package org.jrunc.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Errno;

/**
 * The instructions in front of a filter that answer ENOSYS to system calls newer than the profile. A profile that was
 * written before a call existed can not mean to forbid it; and a C library falls back to the older call on ENOSYS, not
 * on the EPERM that the profile has for whatever it does not list. Newer than the profile is what has a number above
 * the largest that the profile names, for the same architecture.
 *
 * <p>Classic BPF: one 32-bit accumulator, jumps forward only (Documentation/networking/filter.rst).
 */
final class EnosysStub {

    /** {@code seccomp_data.nr} and {@code seccomp_data.arch}. */
    private static final int NR = 0;
    private static final int ARCH = 4;

    private static final int LD_W_ABS = 0x20;
    private static final int JMP_JEQ_K = 0x15;
    private static final int JMP_JGT_K = 0x25;
    private static final int JMP_JGE_K = 0x35;
    private static final int RET_K = 0x06;

    private static final int X86_64 = 0xc000003e;
    private static final int X32 = 0x4000003e;
    /** {@code __X32_SYSCALL_BIT}: the kernel gives such calls the architecture x86_64. */
    static final int X32_BIT = 0x40000000;
    private static final int NONE = -1;
    private static final int INSTRUCTION = 8;

    private record Instruction(int code, int jumpTrue, int jumpFalse, int k) {
    }

    private final List<Instruction> code = new ArrayList<>();

    private EnosysStub() {
    }

    /**
     * The instructions; behind them comes the filter.
     *
     * @param architectures tokens, {@code SCMP_ARCH_*}
     * @param largest       for each the largest number in the profile, negative if it names no call of it
     */
    static byte[] of(int[] architectures, int[] largest) {
        EnosysStub stub = new EnosysStub();
        int x32 = NONE;
        for (int i = 0; i < architectures.length; i++) {
            if (architectures[i] == X32 && largest[i] >= 0) {
                x32 = largest[i] | X32_BIT;
            }
        }
        for (int i = 0; i < architectures.length; i++) {
            if (largest[i] >= 0 && architectures[i] != X32) {
                stub.section(architectures[i], stub.comparison(architectures[i], largest[i], x32));
            }
        }
        return stub.bytes();
    }

    /** What is done with a call of one architecture; falls through to what follows when it is an old one. */
    private List<Instruction> comparison(int architecture, int largest, int x32) {
        List<Instruction> part = new ArrayList<>();
        part.add(new Instruction(LD_W_ABS, 0, 0, NR));
        Instruction refuse = new Instruction(RET_K, 0, 0, Actions.ERRNO | Errno.ENOSYS);
        if (architecture == X86_64) {
            // Unsigned, so this is also for the number -1, which is no call at all.
            if (x32 == NONE) {
                part.add(new Instruction(JMP_JGE_K, 2, 0, X32_BIT));
            } else {
                part.add(new Instruction(JMP_JGE_K, 0, 1, X32_BIT));
                part.add(new Instruction(JMP_JGT_K, 1, 2, x32));
            }
        }
        part.add(new Instruction(JMP_JGT_K, 0, 1, largest));
        part.add(refuse);
        return part;
    }

    private void section(int architecture, List<Instruction> part) {
        code.add(new Instruction(LD_W_ABS, 0, 0, ARCH));
        code.add(new Instruction(JMP_JEQ_K, 0, part.size(), architecture));
        code.addAll(part);
    }

    private byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(INSTRUCTION * code.size()).order(ByteOrder.nativeOrder());
        for (Instruction instruction : code) {
            bytes.putShort((short) instruction.code).put((byte) instruction.jumpTrue)
                    .put((byte) instruction.jumpFalse).putInt(instruction.k);
        }
        return bytes.array();
    }
}
