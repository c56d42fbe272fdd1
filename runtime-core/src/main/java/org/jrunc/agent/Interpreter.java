package org.jrunc.agent;

import java.util.HexFormat;
import org.jrunc.kernel.Abi;

/**
 * The machine code of the system call interpreter. It holds the address of the current {@link Record} in one register,
 * loads call number and arguments, makes the call (or the move), chooses the next record by the sign of the result,
 * stores the result, and goes on. It has no stack, no data and no end: an {@code exit_group} record ends it.
 *
 * <p>A test assembles the listings beside the bytes with {@code as} and compares.
 */
final class Interpreter {

    /** Lines of "hex bytes ; assembly". The first instruction(s) load the first record's address. */
    static final String[] X86_64 = {
        "bb 44 33 22 11 ; mov ebx, 0x11223344",
        "               ; next:",
        "48 8b 03       ; mov rax, [rbx]",
        "48 8b 7b 08    ; mov rdi, [rbx+8]",
        "48 8b 73 10    ; mov rsi, [rbx+16]",
        "48 8b 53 18    ; mov rdx, [rbx+24]",
        "4c 8b 53 20    ; mov r10, [rbx+32]",
        "4c 8b 43 28    ; mov r8, [rbx+40]",
        "4c 8b 4b 30    ; mov r9, [rbx+48]",
        "48 85 c0       ; test rax, rax",
        "78 04          ; js move",
        "0f 05          ; syscall",
        "eb 09          ; jmp decide",
        "               ; move:",
        "48 8b 07       ; mov rax, [rdi]",
        "48 01 f0       ; add rax, rsi",
        "48 29 d0       ; sub rax, rdx",
        "               ; decide:",
        "48 3b 43 60    ; cmp rax, [rbx+96]",
        "74 cd          ; je next",
        "48 8b 4b 48    ; mov rcx, [rbx+72]",
        "48 85 c0       ; test rax, rax",
        "7f 14          ; jg store",
        "78 0e          ; js negative",
        "48 8b 53 50    ; mov rdx, [rbx+80]",
        "48 85 d2       ; test rdx, rdx",
        "74 09          ; jz store",
        // A zero result with a target of its own is the child of a clone: it must not write to memory that it may
        // share with its parent.
        "48 89 d3       ; mov rbx, rdx",
        "eb b4          ; jmp next",
        "               ; negative:",
        "48 8b 4b 58    ; mov rcx, [rbx+88]",
        "               ; store:",
        "48 8d 73 40    ; lea rsi, [rbx+64]",
        "48 8b 53 38    ; mov rdx, [rbx+56]",
        "48 89 cb       ; mov rbx, rcx",
        "48 89 c7       ; mov rdi, rax",
        "48 87 06       ; xchg [rsi], rax",
        // The last access to this record: whoever waits for this word may change the record from here on.
        "48 87 3a       ; xchg [rdx], rdi",
        "eb 9a          ; jmp next",
    };

    /** As above. */
    static final String[] AARCH64 = {
        "93 68 86 d2 ; movz x19, #0x3344",
        "53 24 a2 f2 ; movk x19, #0x1122, lsl #16",
        "            ; next:",
        "68 02 40 f9 ; ldr x8, [x19]",
        "60 86 40 a9 ; ldp x0, x1, [x19, #8]",
        "62 8e 41 a9 ; ldp x2, x3, [x19, #24]",
        "64 96 42 a9 ; ldp x4, x5, [x19, #40]",
        "88 00 f8 b7 ; tbnz x8, #63, move",
        "01 00 00 d4 ; svc #0",
        "bf 3b 03 d5 ; dmb ish",
        "04 00 00 14 ; b decide",
        "            ; move:",
        "00 00 40 f9 ; ldr x0, [x0]",
        "00 00 01 8b ; add x0, x0, x1",
        "00 00 02 cb ; sub x0, x0, x2",
        "            ; decide:",
        "69 32 40 f9 ; ldr x9, [x19, #96]",
        "1f 00 09 eb ; cmp x0, x9",
        "60 fe ff 54 ; b.eq next",
        "6a 26 40 f9 ; ldr x10, [x19, #72]",
        "1f 00 00 f1 ; cmp x0, #0",
        "ec 00 00 54 ; b.gt store",
        "ab 00 00 54 ; b.lt negative",
        "6b 2a 40 f9 ; ldr x11, [x19, #80]",
        "8b 00 00 b4 ; cbz x11, store",
        "f3 03 0b aa ; mov x19, x11",
        "eb ff ff 17 ; b next",
        "            ; negative:",
        "6a 2e 40 f9 ; ldr x10, [x19, #88]",
        "            ; store:",
        "6c 02 01 91 ; add x12, x19, #64",
        "6d 1e 40 f9 ; ldr x13, [x19, #56]",
        "f3 03 0a aa ; mov x19, x10",
        "80 fd 9f c8 ; stlr x0, [x12]",
        "a0 fd 9f c8 ; stlr x0, [x13]",
        "e4 ff ff 17 ; b next",
    };

    /**
     * What may stand before: stores the stack pointer, which is where a process finds its arguments and its environment
     * when it starts.
     */
    static final String[] X86_64_ENTRY = {
        "48 89 24 25 44 33 22 11 ; mov [0x11223344], rsp",
    };

    /** As above. */
    static final String[] AARCH64_ENTRY = {
        "e0 03 00 91 ; mov x0, sp",
        "81 68 86 d2 ; movz x1, #0x3344",
        "41 24 a2 f2 ; movk x1, #0x1122, lsl #16",
        "20 00 00 f9 ; str x0, [x1]",
    };

    private Interpreter() {
    }

    /** The code for an architecture that stores the stack pointer at the given address below 4 GB. */
    static byte[] entry(Abi abi, int stackPointer) {
        byte[] code = bytes(abi == Abi.X86_64 ? X86_64_ENTRY : AARCH64_ENTRY);
        if (abi == Abi.X86_64) {
            word(code, 4, stackPointer);
        } else {
            load(code, 4, 1, stackPointer);
        }
        return code;
    }

    /** The code for an architecture, starting at the record at the given address below 4 GB. */
    static byte[] code(Abi abi, int firstRecord) {
        byte[] code = bytes(abi == Abi.X86_64 ? X86_64 : AARCH64);
        if (abi == Abi.X86_64) {
            word(code, 1, firstRecord);
        } else {
            load(code, 0, 19, firstRecord);
        }
        return code;
    }

    private static byte[] bytes(String[] listing) {
        StringBuilder hex = new StringBuilder();
        for (String line : listing) {
            for (int i = 0; i < line.indexOf(';'); i++) {
                if (line.charAt(i) != ' ') {
                    hex.append(line.charAt(i));
                }
            }
        }
        return HexFormat.of().parseHex(hex);
    }

    /** The movz and movk of a register of aarch64: their 16-bit immediate is in bits 5 to 20. */
    private static void load(byte[] code, int at, int register, int value) {
        word(code, at, 0xd2800000 | register | (value & 0xffff) << 5);
        word(code, at + 4, 0xf2a00000 | register | (value >>> 16) << 5);
    }

    private static void word(byte[] code, int at, int value) {
        for (int i = 0; i < 4; i++) {
            code[at + i] = (byte) (value >>> 8 * i);
        }
    }
}
