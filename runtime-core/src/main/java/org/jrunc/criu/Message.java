package org.jrunc.criu;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a protocol buffers message, version 2: each field is a key, the number with the kind of value, and a value. */
final class Message {

    /** Kind of a number or a truth value. */
    static final int VARINT = 0;
    /** Kind of what begins with its length: text, bytes, messages. */
    static final int LENGTH = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int field, long value) {
        varint((long) field << 3 | VARINT);
        varint(value);
        return this;
    }

    /** A truth value; a field that is not there is false. */
    Message flag(int field, boolean value) {
        return value ? number(field, 1) : this;
    }

    Message text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
        return bytes(field, value.toBytes());
    }

    private Message bytes(int field, byte[] value) {
        varint((long) field << 3 | LENGTH);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    /** Seven bits a byte, the lowest first; a negative number takes ten bytes. */
    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
