package org.jrunc.criu;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jrunc.report.RuntimeFailure;

/** The fields of a protocol buffers message that came; of one that came more than once the last. */
final class Fields {

    private final byte[] bytes;
    private final Map<Integer, Long> numbers = new HashMap<>();
    private final Map<Integer, byte[]> values = new HashMap<>();
    private int at;

    Fields(byte[] bytes) {
        this.bytes = bytes;
        while (at < bytes.length) {
            long key = varint();
            int field = (int) (key >>> 3);
            switch ((int) key & 7) {
                case Message.VARINT -> numbers.put(field, varint());
                case Message.LENGTH -> values.put(field, take(varint()));
                case 1 -> take(8);
                case 5 -> take(4);
                default -> throw broken();
            }
        }
    }

    private byte[] take(long length) {
        if (length < 0 || length > bytes.length - at) {
            throw broken();
        }
        at += (int) length;
        return Arrays.copyOfRange(bytes, at - (int) length, at);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = take(1)[0];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw broken();
    }

    private static RuntimeFailure broken() {
        return new RuntimeFailure("criu sent a message that is not one of its protocol");
    }

    /** A number; 0 when the field did not come. */
    int number(int field) {
        return numbers.getOrDefault(field, 0L).intValue();
    }

    /** A text; empty when the field did not come. */
    String text(int field) {
        return new String(values.getOrDefault(field, new byte[0]), StandardCharsets.UTF_8);
    }

    /** A message; one without fields when the field did not come. */
    Fields message(int field) {
        return new Fields(values.getOrDefault(field, new byte[0]));
    }
}
