package org.jrunc.systemd;

/** Where the parts of D-Bus values go, in order: a message in the making. */
interface BusSink {

    /**
     * A number, or a boolean.
     *
     * @param type its D-Bus type code
     * @param bits its value in the lowest bits; that of a double as {@link Double#doubleToRawLongBits}
     */
    void number(char type, long bits) throws BusFailure;

    /** A string ({@code s}), an object path ({@code o}) or a signature ({@code g}). */
    void text(char type, String text) throws BusFailure;

    /** An array of bytes, {@code ay}. */
    void bytes(byte[] bytes) throws BusFailure;

    /**
     * Opens a container.
     *
     * @param kind     {@code a} array, {@code r} struct, {@code e} dictionary entry, {@code v} variant
     * @param contents the types in it; of an array that of one element
     */
    void open(char kind, String contents) throws BusFailure;

    /** Closes the innermost container. */
    void close() throws BusFailure;
}
