package org.jrunc.kernel;

import java.nio.ByteBuffer;

/**
 * {@code struct ifinfomsg}, rtnetlink(7), as far as it is used here.
 *
 * @param index number of the interface
 */
public record InterfaceInfo(int index) {

    /** {@code sizeof(struct ifinfomsg)}. */
    public static final int SIZE = 16;

    /** Writes it to a buffer in native byte order: of no address family, changing no flag. */
    public void write(ByteBuffer buffer) {
        buffer.putInt(0).putInt(index).putInt(0).putInt(0);
    }
}
