package org.jrunc.kernel;

import java.util.Arrays;

/** {@code struct msghdr} of sendmsg(2) with one buffer and one {@code SCM_RIGHTS} descriptor (cmsg(3), unix(7)). */
public final class MessageHeader {

    /** No SIGPIPE. */
    public static final int MSG_NOSIGNAL = 0x4000;
    /** A received descriptor is close-on-exec. */
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final int SIZE = 56;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    /** {@code CMSG_LEN(sizeof(int))}: header of 16 bytes and one descriptor. */
    private static final int CMSG_LENGTH = 20;
    private static final int CMSG_SPACE = 24;

    private final Block header;
    private final Block payload;
    private final Block control;

    private MessageHeader(Block payload, int length, Block control) {
        Block vector = Block.in(16).point(0, payload).u64(8, length);
        this.payload = payload;
        this.control = control;
        this.header = Block.in(SIZE).point(16, vector).u64(24, 1).point(32, control).u64(40, CMSG_SPACE);
    }

    /** A message with a payload and a descriptor. */
    public static Block sending(byte[] payload, int fd) {
        Block control = Block.in(CMSG_SPACE).u64(0, CMSG_LENGTH).u32(8, SOL_SOCKET).u32(12, SCM_RIGHTS).u32(16, fd);
        return new MessageHeader(Block.in(payload), payload.length, control).header;
    }

    /** Room for a payload and a descriptor. */
    public static MessageHeader receiving(int size) {
        return new MessageHeader(Block.out(size), size, Block.out(CMSG_SPACE));
    }

    /** The struct, as argument of the call. */
    public Block block() {
        return header;
    }

    /** The bytes that came. */
    public byte[] payload(int length) {
        return Arrays.copyOf(payload.bytes(), length);
    }

    /** Whether a descriptor came. */
    public boolean hasDescriptor() {
        return control.u64(0) == CMSG_LENGTH && control.u32(8) == SOL_SOCKET && control.u32(12) == SCM_RIGHTS;
    }

    /** The descriptor that came. */
    public int descriptor() {
        if (!hasDescriptor()) {
            throw new IllegalStateException("a message came without the descriptor that was expected");
        }
        return control.u32(16);
    }
}
