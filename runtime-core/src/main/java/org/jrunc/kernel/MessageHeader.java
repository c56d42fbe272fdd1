package org.jrunc.kernel;

import java.util.Arrays;

/** {@code struct msghdr} of sendmsg(2) with one buffer and {@code SCM_RIGHTS} descriptors (cmsg(3), unix(7)). */
public final class MessageHeader {

    /** No SIGPIPE. */
    public static final int MSG_NOSIGNAL = 0x4000;
    /** An error, {@code EAGAIN}, instead of waiting. */
    public static final int MSG_DONTWAIT = 0x40;
    /** A received descriptor is close-on-exec. */
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final int SIZE = 56;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    /** {@code sizeof(struct cmsghdr)}. */
    private static final int CMSG_HEADER = 16;

    private final Block header;
    private final Block payload;
    private final Block control;
    private final int count;

    private MessageHeader(Block payload, int length, Block control, int count) {
        Block vector = Block.in(16).point(0, payload).u64(8, length);
        this.payload = payload;
        this.control = control;
        this.count = count;
        this.header = Block.in(SIZE).point(16, vector).u64(24, 1).point(32, control).u64(40, space(count));
    }

    /** A message with a payload and descriptors. */
    public static Block sending(byte[] payload, int... fds) {
        Block control = Block.in(space(fds.length)).u64(0, length(fds.length)).u32(8, SOL_SOCKET).u32(12, SCM_RIGHTS);
        for (int i = 0; i < fds.length; i++) {
            control.u32(CMSG_HEADER + 4 * i, fds[i]);
        }
        return new MessageHeader(Block.in(payload), payload.length, control, fds.length).header;
    }

    /** Room for a payload and a descriptor. */
    public static MessageHeader receiving(int size) {
        return receiving(size, 1);
    }

    /** Room for a payload and so many descriptors. */
    public static MessageHeader receiving(int size, int count) {
        return new MessageHeader(Block.out(size), size, Block.out(space(count)), count);
    }

    /** {@code CMSG_LEN}. */
    private static int length(int count) {
        return CMSG_HEADER + 4 * count;
    }

    /** {@code CMSG_SPACE}. */
    private static int space(int count) {
        return length(count) + 7 & ~7;
    }

    /** The struct, as argument of the call. */
    public Block block() {
        return header;
    }

    /** The bytes that came. */
    public byte[] payload(int length) {
        return Arrays.copyOf(payload.bytes(), length);
    }

    /** Whether as many descriptors came as there is room for. */
    public boolean hasDescriptor() {
        return control.u64(0) == length(count) && control.u32(8) == SOL_SOCKET && control.u32(12) == SCM_RIGHTS;
    }

    /** The descriptor that came. */
    public int descriptor() {
        if (!hasDescriptor()) {
            throw new IllegalStateException("a message came without the descriptor that was expected");
        }
        return control.u32(CMSG_HEADER);
    }

    /** The descriptors that came, however many. */
    public int[] descriptors() {
        if (control.u32(8) != SOL_SOCKET || control.u32(12) != SCM_RIGHTS) {
            return new int[0];
        }
        int[] all = new int[(int) (control.u64(0) - CMSG_HEADER) / 4];
        for (int i = 0; i < all.length; i++) {
            all[i] = control.u32(CMSG_HEADER + 4 * i);
        }
        return all;
    }
}
