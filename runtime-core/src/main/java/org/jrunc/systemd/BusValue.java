package org.jrunc.systemd;

import java.util.List;

/** A D-Bus value of a certain type (D-Bus Specification, Type System). {@link #toString} is its GVariant text. */
public abstract class BusValue {

    private final String signature;

    private BusValue(String signature) {
        this.signature = signature;
    }

    /** Its type, as a D-Bus signature. */
    public final String signature() {
        return signature;
    }

    /** Adds it to a message. */
    abstract void writeTo(BusSink sink) throws BusFailure;

    /** A boolean. */
    public static BusValue of(boolean value) {
        return new Number('b', value ? 1 : 0);
    }

    /** A string. */
    public static BusValue of(String value) {
        return new Text('s', value);
    }

    /** An unsigned 64-bit number. */
    public static BusValue u64(long value) {
        return new Number('t', value);
    }

    /** An array of bytes. */
    public static BusValue bytes(byte[] value) {
        return new Bytes(value);
    }

    /** An array of unsigned 32-bit numbers with one element. */
    public static BusValue u32s(int value) {
        return array("u", List.of(new Number('u', value & 0xffffffffL)));
    }

    /** An array of strings with one element. */
    public static BusValue strings(String value) {
        return array("s", List.of(of(value)));
    }

    /** An array; its elements are of one type. */
    public static BusValue array(String elementType, List<BusValue> elements) {
        return new Container('a', elementType, elements);
    }

    /** A struct. */
    public static BusValue struct(List<BusValue> members) {
        return new Container('r', types(members), members);
    }

    /** A number of a type that D-Bus has, see {@link BusSink#number}. */
    static BusValue number(char type, long bits) {
        return new Number(type, bits);
    }

    /** A string, object path or signature. */
    static BusValue text(char type, String text) {
        return new Text(type, text);
    }

    /** A dictionary entry, only to be used in an array. */
    static BusValue entry(BusValue key, BusValue value) {
        return new Container('e', key.signature + value.signature, List.of(key, value));
    }

    /** A value with its type. */
    static BusValue variant(BusValue value) {
        return new Container('v', value.signature, List.of(value));
    }

    /**
     * The whole number that it is, saturated at 2^64 - 1 and truncated towards zero, times a factor.
     *
     * @throws IllegalArgumentException when it is none, or negative
     */
    long times(long factor) {
        throw new IllegalArgumentException("not a number");
    }

    private static String types(List<BusValue> values) {
        StringBuilder types = new StringBuilder();
        for (BusValue value : values) {
            types.append(value.signature);
        }
        return types.toString();
    }

    private static final class Number extends BusValue {
        private final char type;
        private final long bits;

        Number(char type, long bits) {
            super(String.valueOf(type));
            this.type = type;
            this.bits = bits;
        }

        @Override
        void writeTo(BusSink sink) throws BusFailure {
            sink.number(type, bits);
        }

        @Override
        long times(long factor) {
            if (type == 'b') {
                return super.times(factor);
            }
            if (type == 'd') {
                double product = Double.longBitsToDouble(bits) * factor;
                if (!(product >= 0 && product < 0x1p63)) {
                    throw new IllegalArgumentException("out of range");
                }
                return (long) product;
            }
            if (type != 't' && bits < 0) {
                throw new IllegalArgumentException("negative");
            }
            return Math.unsignedMultiplyHigh(bits, factor) != 0 ? -1 : bits * factor;
        }

        @Override
        public String toString() {
            return switch (type) {
                case 'b' -> bits == 0 ? "false" : "true";
                case 'd' -> Double.toString(Double.longBitsToDouble(bits));
                case 't' -> Long.toUnsignedString(bits);
                default -> Long.toString(bits);
            };
        }
    }

    private static final class Text extends BusValue {
        private final char type;
        private final String text;

        Text(char type, String text) {
            super(String.valueOf(type));
            this.type = type;
            this.text = text;
        }

        @Override
        void writeTo(BusSink sink) throws BusFailure {
            sink.text(type, text);
        }

        @Override
        public String toString() {
            return "'" + text + "'";
        }
    }

    private static final class Bytes extends BusValue {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            super("ay");
            this.bytes = bytes.clone();
        }

        @Override
        void writeTo(BusSink sink) throws BusFailure {
            sink.bytes(bytes);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("[");
            for (int i = 0; i < bytes.length; i++) {
                text.append(i == 0 ? "0x" : ", 0x").append(Integer.toHexString(bytes[i] & 0xff));
            }
            return text.append(']').toString();
        }
    }

    private static final class Container extends BusValue {
        private final char kind;
        private final String contents;
        private final List<BusValue> members;

        Container(char kind, String contents, List<BusValue> members) {
            super(switch (kind) {
                case 'a' -> "a" + contents;
                case 'r' -> "(" + contents + ")";
                case 'e' -> "{" + contents + "}";
                default -> "v";
            });
            this.kind = kind;
            this.contents = contents;
            this.members = List.copyOf(members);
        }

        @Override
        void writeTo(BusSink sink) throws BusFailure {
            sink.open(kind, contents);
            for (BusValue member : members) {
                member.writeTo(sink);
            }
            sink.close();
        }

        @Override
        public String toString() {
            boolean dictionary = kind == 'a' && contents.startsWith("{");
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < members.size(); i++) {
                text.append(i == 0 ? "" : kind == 'e' ? ": " : ", ").append(members.get(i));
            }
            return switch (kind) {
                case 'a' -> dictionary ? "{" + text + "}" : "[" + text + "]";
                case 'r' -> "(" + text + ")";
                case 'e' -> text.toString();
                default -> "<" + text + ">";
            };
        }
    }
}
