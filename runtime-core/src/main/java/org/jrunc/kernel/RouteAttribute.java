package org.jrunc.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code struct rtattr} with what follows it, rtnetlink(3).
 *
 * @param type    {@code IFLA_*}, {@code IFA_*}
 * @param payload the value
 */
public record RouteAttribute(int type, byte[] payload) {

    private static final int HEADER = 4;

    /** One with a NUL-terminated string. */
    public static RouteAttribute text(int type, String value) {
        return new RouteAttribute(type, Block.zeroTerminated(value));
    }

    /** One with a number of 32 bits. */
    public static RouteAttribute u32(int type, int value) {
        return new RouteAttribute(type, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
    }

    /** The number of 32 bits that it holds. */
    public int u32() {
        return ByteBuffer.wrap(payload).order(ByteOrder.nativeOrder()).getInt();
    }

    /** How many bytes {@link #write} writes. */
    public int size() {
        return NetlinkHeader.align(HEADER + payload.length);
    }

    /** Writes it with its padding to a buffer in native byte order. */
    public void write(ByteBuffer buffer) {
        int end = buffer.position() + size();
        buffer.putShort((short) (HEADER + payload.length)).putShort((short) type).put(payload).position(end);
    }

    /** Reads attributes from the position of a buffer up to an end. */
    public static List<RouteAttribute> readAll(ByteBuffer buffer, int end) {
        List<RouteAttribute> attributes = new ArrayList<>();
        while (end - buffer.position() >= HEADER) {
            int start = buffer.position();
            int length = buffer.getShort() & 0xffff;
            int type = buffer.getShort() & 0xffff;
            byte[] payload = new byte[length - HEADER];
            buffer.get(payload).position(Math.min(end, start + NetlinkHeader.align(length)));
            attributes.add(new RouteAttribute(type, payload));
        }
        return attributes;
    }
}
