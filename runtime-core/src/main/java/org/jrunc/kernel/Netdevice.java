package org.jrunc.kernel;

import java.nio.charset.StandardCharsets;

/** Requests of netdevice(7) and their {@code struct ifreq}, {@code linux/sockios.h}, {@code linux/if.h}. */
public final class Netdevice {

    public static final int SIOCGIFFLAGS = 0x8913;
    public static final int SIOCSIFFLAGS = 0x8914;
    public static final int SIOCGIFINDEX = 0x8933;
    /** The network namespace of a socket, as a descriptor. */
    public static final int SIOCGSKNS = 0x894c;
    public static final int IFF_UP = 1;
    public static final int IFF_LOOPBACK = 8;
    /** Offset of {@code ifr_flags}. */
    public static final int IFR_FLAGS = 16;
    /** Offset of {@code ifr_ifindex}. */
    public static final int IFR_IFINDEX = 16;

    private static final int SIZE = 40;

    private Netdevice() {
    }

    /** A {@code struct ifreq} that names an interface of at most 15 characters. */
    public static Block ifreq(String name) {
        Block request = Block.out(SIZE);
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, request.bytes(), 0, bytes.length);
        return request;
    }
}
