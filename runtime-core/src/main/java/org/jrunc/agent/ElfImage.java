package org.jrunc.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jrunc.kernel.Abi;

/**
 * A static ELF executable with the interpreter and a built-in program, elf(5). The same bytes of the file are mapped
 * twice: for reading and executing (headers and code), and privately for reading and writing (the records).
 */
final class ElfImage {

    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int CODE = HEADER + 3 * PROGRAM_HEADER;
    private static final int CODE_ADDRESS = 0x400000;
    private static final int DATA_ADDRESS = 0x10000000;
    /** Offset of the records in the file: behind the longest interpreter. */
    private static final int DATA = 384;
    /** Mappings lie this far apart and aligned, for the largest page size of aarch64. */
    private static final int ALIGN = 0x10000;

    private final Abi abi;
    private final byte[] file;
    private final Space space;
    private int behind;
    private byte[] entry = {};

    /** An image for an architecture with room for the given number of bytes of records and data. */
    ElfImage(Abi abi, int room) {
        this.abi = abi;
        this.file = new byte[DATA + room];
        this.space = new Space(ByteBuffer.wrap(file).slice(DATA, room), DATA_ADDRESS + DATA);
    }

    /** Where the built-in program goes. */
    Space space() {
        return space;
    }

    /** Adds a record to the built-in program. */
    Step step() {
        return new Step(space);
    }

    Abi abi() {
        return abi;
    }

    /**
     * Takes a zeroed word with a zeroed word before it: loaded from an address some bytes ahead, its lower bytes are
     * the upper ones, and the others zero.
     */
    long wordBehindZeroes() {
        space.word();
        return space.word();
    }

    /** Takes zeroed memory that is no part of the file, 8-byte aligned; returns its address. */
    long zeroes(int size) {
        long address = DATA_ADDRESS + file.length + behind;
        behind += size + 7 & ~7;
        return address;
    }

    /** Lets the program know where its arguments are: the word gets the initial stack pointer. */
    void storeStackPointer(long word) {
        entry = Interpreter.entry(abi, (int) word);
    }

    /** The finished file, starting with the given record. */
    byte[] bytes(Step first) {
        byte[] code = Interpreter.code(abi, (int) first.address());
        System.arraycopy(entry, 0, file, CODE, entry.length);
        System.arraycopy(code, 0, file, CODE + entry.length, code.length);
        int codeEnd = CODE + entry.length + code.length;
        int size = DATA + (int) space.mark();
        ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        elf.putShort((short) 2).putShort((short) (abi == Abi.X86_64 ? 62 : 183)).putInt(1);
        elf.putLong(CODE_ADDRESS + CODE).putLong(HEADER).putLong(0);
        elf.putInt(0).putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 3);
        elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        load(elf, 5, CODE_ADDRESS, codeEnd, codeEnd);
        load(elf, 6, DATA_ADDRESS, size, behind == 0 ? size : file.length + behind);
        // PT_GNU_STACK, readable and writable: without it the kernel would make all readable memory executable.
        elf.putInt(0x6474e551).putInt(6);
        for (int i = 0; i < 5; i++) {
            elf.putLong(0);
        }
        elf.putLong(16);
        return Arrays.copyOf(file, size);
    }

    private static void load(ByteBuffer elf, int flags, long address, long size, long memory) {
        elf.putInt(1).putInt(flags).putLong(0).putLong(address).putLong(address).putLong(size).putLong(memory)
                .putLong(ALIGN);
    }
}
