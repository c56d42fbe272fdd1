package org.jrunc.agent;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the client, which is the launcher {@code bin/jrunc} of the runtime image, and the warm brain that serves it agree
 * on. docs/architecture.md has the whole protocol.
 *
 * <p>The client sends {@value #HELLO_BYTES} bytes: the word {@link #hello()} and the number of its socket, each 8 bytes,
 * and with them ({@code SCM_RIGHTS}) {@value #DESCRIPTORS} descriptors: 0, 1, 2, and its working directory. The answer
 * is one word: {@link #GO_COLD} without a descriptor, or the address of a record in the region, with the region's memfd.
 */
public final class WarmProtocol {

    /** Path of the socket: below {@link #ROOT_DIRECTORY} for euid 0, else below the caller's XDG_RUNTIME_DIR. */
    public static final String SOCKET = "jrunc/@warm/socket";
    /** Where the socket of euid 0 is. */
    public static final String ROOT_DIRECTORY = "/run";
    /** With this in its environment a client does not even look for a brain. */
    public static final String OFF = "JRUNC_WARM=off";
    /** How long the client waits for any message, and to be able to send one. */
    public static final int TIMEOUT_SECONDS = 5;
    /** Length of the client's one message. */
    public static final int HELLO_BYTES = 16;
    /** How many descriptors come with it. */
    public static final int DESCRIPTORS = 4;
    /** The answer to a client that has to do without the brain. */
    public static final long GO_COLD = 0;

    /** System property of a JVM that the launcher has started for {@code serve}: the launcher's own hello. */
    private static final String PROPERTY = "jrunc.hello";

    private WarmProtocol() {
    }

    /**
     * The first word of a client of the same build as this JVM. One of any other build is told to go cold.
     *
     * @throws IllegalStateException when this JVM was not started by a launcher as {@code serve}
     */
    public static long hello() {
        Long hello = Long.getLong(PROPERTY);
        if (hello == null) {
            throw new IllegalStateException("the system property " + PROPERTY + " is not set: serve is to be started by"
                    + " bin/jrunc of the runtime image");
        }
        return hello;
    }

    /**
     * The first word of the clients of a build: "jrunc", and three bytes of the build's digest.
     *
     * @param digest of all that the build consists of
     */
    static long hello(byte[] digest) {
        return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).put(new byte[] {'j', 'r', 'u', 'n', 'c'})
                .put(digest, 0, 3).getLong(0);
    }

    /** The option that tells a JVM what {@link #hello()} is. */
    static String helloOption(long hello) {
        return "-D" + PROPERTY + "=" + hello;
    }
}
