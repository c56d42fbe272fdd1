package org.jrunc.agent;

/**
 * The words of a record, as byte offsets: what the interpreter's machine code and the programs agree on.
 *
 * <p>A record whose {@link #NR} is negative makes no call; its result is {@code [a0] + a1 - a2}.
 */
final class Record {

    /** System call number. */
    static final int NR = 0;
    /** First of six arguments. */
    static final int A0 = 8;
    /** Address the result is also stored to, 8-byte aligned: the record's last access to memory. */
    static final int STORE_AT = 56;
    /** What the call returned. */
    static final int RESULT = 64;
    /** Next record after a positive result, and after zero when {@link #ZERO} is 0. */
    static final int POS = 72;
    /** Next record after a zero result, which is then stored nowhere; 0 for none. */
    static final int ZERO = 80;
    /** Next record after a negative result. */
    static final int NEG = 88;
    /** The result on which the record is run again. */
    static final int RETRY = 96;

    /** Bytes from one record to the next. */
    static final int STRIDE = 128;

    /** The result of a record that has not run, and the {@link #RETRY} of one that is never run again. */
    static final long NEVER = Long.MIN_VALUE;

    private Record() {
    }

    /** Offset of an argument. */
    static int argument(int index) {
        return A0 + 8 * index;
    }
}
