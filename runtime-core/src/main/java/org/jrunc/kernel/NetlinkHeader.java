package org.jrunc.kernel;

import java.nio.ByteBuffer;

/**
 * {@code struct nlmsghdr}, netlink(7).
 *
 * @param length   of the whole message with this header, without padding
 * @param type     {@code RTM_*}, {@code NLMSG_*}
 * @param flags    {@code NLM_F_*}
 * @param sequence what the answer will have, too
 */
public record NetlinkHeader(int length, int type, int flags, int sequence) {

    /** {@code NLMSG_HDRLEN}. */
    public static final int SIZE = 16;

    /** Reads one at the position of a buffer in native byte order. */
    public static NetlinkHeader read(ByteBuffer buffer) {
        NetlinkHeader header = new NetlinkHeader(buffer.getInt(), buffer.getShort() & 0xffff,
                buffer.getShort() & 0xffff, buffer.getInt());
        buffer.getInt();
        return header;
    }

    /** Writes it; the sender's port is left to the kernel. */
    public void write(ByteBuffer buffer) {
        buffer.putInt(length).putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0);
    }

    /** {@code NLMSG_ALIGN} and {@code RTA_ALIGN}: messages and attributes start at multiples of four. */
    public static int align(int length) {
        return length + 3 & ~3;
    }
}
