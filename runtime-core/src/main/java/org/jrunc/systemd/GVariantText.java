package org.jrunc.systemd;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Block;

/**
 * Reads the text form of GVariant (GLib's "GVariant Text Format Strings"): {@code true}, {@code 'text'},
 * {@code uint64 5}, {@code [1, 2]}, {@code @a(st) [('/dev/sda', 100)]}. A number without a type is an {@code int32}, or
 * a {@code double} if it has a point; the elements of an array are of the type of the first.
 */
final class GVariantText {

    private static final int DEEPEST = 32;
    private static final String[] KEYWORDS = {"boolean", "b", "byte", "y", "int16", "n", "uint16", "q", "int32", "i",
            "uint32", "u", "handle", "h", "int64", "x", "uint64", "t", "double", "d", "string", "s", "objectpath", "o",
            "signature", "g"};
    private static final String ANY = "";

    private final String text;
    private int at;
    private int depth;

    private GVariantText(String text) {
        this.text = text;
    }

    /**
     * The value of a text.
     *
     * @throws IllegalArgumentException when it is none; says why
     */
    static BusValue parse(String text) {
        GVariantText parser = new GVariantText(text);
        BusValue value = parser.value(ANY);
        if (parser.peek() != 0) {
            throw parser.fault("unexpected text after the value");
        }
        return value;
    }

    /** The next value, of a type if that is known. */
    private BusValue value(String type) {
        if (++depth > DEEPEST) {
            throw fault("nested too deep");
        }
        try {
            return switch (peek()) {
                case 0 -> throw fault("a value is missing");
                case '@' -> annotated(type);
                case '[' -> array(type);
                case '{' -> dictionary(type);
                case '(' -> struct(type);
                case '<' -> variant(type);
                case '\'', '"' -> string(type);
                default -> word(type);
            };
        } finally {
            depth--;
        }
    }

    private BusValue annotated(String type) {
        int start = ++at;
        at = Signatures.end(text, start);
        if (at < 0) {
            at = start;
            throw fault("not a type");
        }
        return checked(value(text.substring(start, at)), type);
    }

    private BusValue array(String type) {
        expectKind(type, 'a', "an array");
        String element = type.isEmpty() ? ANY : type.substring(1);
        List<BusValue> elements = new ArrayList<>();
        at++;
        while (!closes(']', elements.isEmpty())) {
            BusValue value = value(element);
            element = value.signature();
            elements.add(value);
        }
        if (element.isEmpty()) {
            throw fault("the type of an empty array must be given, like @as []");
        }
        return BusValue.array(element, elements);
    }

    private BusValue dictionary(String type) {
        if (!type.isEmpty() && !type.startsWith("a{")) {
            throw fault("expected a value of type " + type + ", not a dictionary");
        }
        String key = type.isEmpty() ? ANY : type.substring(2, 3);
        String value = type.isEmpty() ? ANY : type.substring(3, type.length() - 1);
        List<BusValue> entries = new ArrayList<>();
        at++;
        while (!closes('}', entries.isEmpty())) {
            BusValue k = value(key);
            if (k.signature().length() != 1 || k.signature().equals("v")) {
                throw fault("the key of a dictionary can not be of type " + k.signature());
            }
            need(':');
            BusValue v = value(value);
            key = k.signature();
            value = v.signature();
            entries.add(BusValue.entry(k, v));
        }
        if (key.isEmpty()) {
            throw fault("the type of an empty dictionary must be given, like @a{sv} {}");
        }
        return BusValue.array("{" + key + value + "}", entries);
    }

    private BusValue struct(String type) {
        expectKind(type, '(', "a tuple");
        List<BusValue> members = new ArrayList<>();
        int next = 1;
        at++;
        while (!closes(')', members.isEmpty())) {
            String member = ANY;
            if (!type.isEmpty()) {
                int end = next < type.length() - 1 ? Signatures.end(type, next) : next;
                if (end == next) {
                    throw fault("too many members for " + type);
                }
                member = type.substring(next, end);
                next = end;
            }
            members.add(value(member));
        }
        if (members.isEmpty()) {
            throw fault("D-Bus has no empty tuples");
        }
        return checked(BusValue.struct(members), type);
    }

    private BusValue variant(String type) {
        expectKind(type, 'v', "a variant");
        at++;
        BusValue value = value(ANY);
        need('>');
        return BusValue.variant(value);
    }

    private BusValue string(String type) {
        if (!type.isEmpty() && "sog".indexOf(type.charAt(0)) < 0) {
            throw fault("expected a value of type " + type + ", not a string");
        }
        return BusValue.text(type.isEmpty() ? 's' : type.charAt(0), quoted());
    }

    /** A keyword, a byte string or a number. */
    private BusValue word(String type) {
        if (text.startsWith("b'", at) || text.startsWith("b\"", at)) {
            at++;
            byte[] bytes = Block.zeroTerminated(quoted());
            return checked(BusValue.bytes(bytes), type);
        }
        int start = at;
        while (at < text.length() && isWordChar(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.equals("true") || word.equals("false")) {
            return checked(BusValue.of(word.equals("true")), type);
        }
        for (int i = 0; i < KEYWORDS.length; i += 2) {
            if (KEYWORDS[i].equals(word)) {
                return checked(value(KEYWORDS[i + 1]), type);
            }
        }
        try {
            return Numbers.parse(word, type);
        } catch (NumberFormatException e) {
            at = start;
            throw fault(e.getMessage());
        }
    }

    private static boolean isWordChar(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '+' || c == '-'
                || c == '.' || c == '_';
    }

    /** The content of a quoted string, with the escapes of C, {@code \\u} and {@code \\U}. */
    private String quoted() {
        char quote = text.charAt(at++);
        StringBuilder content = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                if (content.indexOf("\0") >= 0) {
                    throw fault("a string can not contain a NUL");
                }
                return content.toString();
            }
            if (c == '\\' && at < text.length()) {
                escape(content);
            } else {
                content.append(c);
            }
        }
        throw fault("the string has no end");
    }

    private void escape(StringBuilder content) {
        char c = text.charAt(at++);
        int simple = "abfnrtv".indexOf(c);
        if (simple >= 0) {
            content.append("\u0007\b\f\n\r\t\u000b".charAt(simple));
        } else if (c == 'u' || c == 'U') {
            int length = c == 'u' ? 4 : 8;
            try {
                content.appendCodePoint(Integer.parseInt(text, at, at + length, 16));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw fault("not a character");
            }
            at += length;
        } else {
            content.append(c);
        }
    }

    /** Takes the end of a list, or the comma before its next element; one may follow the last. */
    private boolean closes(char end, boolean first) {
        if (peek() == end) {
            at++;
            return true;
        }
        if (first) {
            return false;
        }
        need(',');
        if (peek() == end) {
            at++;
            return true;
        }
        return false;
    }

    private void need(char c) {
        if (peek() != c) {
            throw fault("expected " + c);
        }
        at++;
    }

    /** The next character that is no blank, 0 at the end. */
    private char peek() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void expectKind(String type, char first, String what) {
        if (!type.isEmpty() && type.charAt(0) != first) {
            throw fault("expected a value of type " + type + ", not " + what);
        }
    }

    private BusValue checked(BusValue value, String type) {
        if (!type.isEmpty() && !value.signature().equals(type)) {
            throw fault("expected a value of type " + type + ", not of " + value.signature());
        }
        return value;
    }

    private IllegalArgumentException fault(String what) {
        return new IllegalArgumentException(what + " (at character " + (at + 1) + ")");
    }
}
