package org.jrunc.kernel;

/**
 * One argument of a system call, not yet bound to the memory of any process. Plain classes with a virtual method, not
 * a sealed type with a pattern switch: the switch's bootstrap would cost milliseconds at start.
 */
public abstract class Arg {

    /** Where arguments that are not plain numbers are put for the process that makes the call. */
    public interface Memory {
        /** Copies the bytes to memory of the calling process, 8-byte aligned, and returns their address there. */
        long put(byte[] bytes);

        /** Copies bytes back from an address that {@link #put} returned. */
        void get(long address, byte[] into);

        /** Writes a pointer at an address inside something that was put. */
        void pointer(long at, long value);
    }

    /** The word that is handed to the kernel; puts what it points to into the memory. */
    public abstract long place(Memory memory);

    /** The number, if it is one; otherwise -1. */
    public long number() {
        return -1;
    }

    /** Copies back what the kernel wrote, after the call. */
    public void collect(Memory memory) {
    }

    /** How it reads in an error message. */
    @Override
    public abstract String toString();

    /** A number, a flag word, a descriptor. */
    public static Arg of(long value) {
        return new Word(value);
    }

    /** A null pointer. */
    public static Arg none() {
        return new Word(0);
    }

    /** A NUL-terminated string in UTF-8. */
    public static Arg text(String text) {
        return new Text(text);
    }

    private static final class Word extends Arg {
        private final long value;

        Word(long value) {
            this.value = value;
        }

        @Override
        public long place(Memory memory) {
            return value;
        }

        @Override
        public long number() {
            return value;
        }

        @Override
        public String toString() {
            return value < -4096 || value > 0xffff ? "0x" + Long.toHexString(value) : Long.toString(value);
        }
    }

    private static final class Text extends Arg {
        private final String text;

        Text(String text) {
            this.text = text;
        }

        @Override
        public long place(Memory memory) {
            return memory.put(Block.zeroTerminated(text));
        }

        @Override
        public String toString() {
            return '"' + text + '"';
        }
    }
}
