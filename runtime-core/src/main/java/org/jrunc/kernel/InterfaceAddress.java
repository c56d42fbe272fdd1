package org.jrunc.kernel;

import java.nio.ByteBuffer;

/**
 * {@code struct ifaddrmsg}, rtnetlink(7).
 *
 * @param family       {@code AF_INET} or {@code AF_INET6}
 * @param prefixLength bits of the network
 * @param flags        the first eight bits of the {@code IFA_F_*} flags; {@code IFA_FLAGS} has all
 * @param scope        {@code RT_SCOPE_*}
 * @param index        number of the interface
 */
public record InterfaceAddress(int family, int prefixLength, int flags, int scope, int index) {

    /** {@code sizeof(struct ifaddrmsg)}. */
    public static final int SIZE = 8;

    /** Reads one at the position of a buffer in native byte order. */
    public static InterfaceAddress read(ByteBuffer buffer) {
        return new InterfaceAddress(buffer.get() & 0xff, buffer.get() & 0xff, buffer.get() & 0xff, buffer.get() & 0xff,
                buffer.getInt());
    }

    /** Writes it. */
    public void write(ByteBuffer buffer) {
        buffer.put((byte) family).put((byte) prefixLength).put((byte) flags).put((byte) scope).putInt(index);
    }
}
