package org.jrunc.spec;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes JSON text byte for byte as Go's encoding/json does, because callers compare and grep what runc prints: either
 * in one line without spaces or indented; {@code /} is not escaped, while {@code <}, {@code >} and {@code &} are.
 */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder();
    private final String indent;
    private int depth;
    /** Whether something precedes in the innermost object or array. */
    private boolean preceded;
    /** Whether the name of a property was just written. */
    private boolean named;

    private JsonWriter(String indent) {
        this.indent = indent;
    }

    /** Everything in one line. */
    public static JsonWriter compact() {
        return new JsonWriter("");
    }

    /** A line per value, indented by {@code indent} (spaces or a tab) per level. */
    public static JsonWriter indented(String indent) {
        return new JsonWriter(indent);
    }

    public JsonWriter beginObject() {
        return begin('{');
    }

    public JsonWriter endObject() {
        return end('}');
    }

    public JsonWriter beginArray() {
        return begin('[');
    }

    public JsonWriter endArray() {
        return end(']');
    }

    /** The name of a property, to be followed by its value. */
    public JsonWriter name(String name) {
        separate();
        quote(name);
        out.append(indent.isEmpty() ? ":" : ": ");
        named = true;
        return this;
    }

    public JsonWriter value(String value) {
        separate();
        quote(value);
        return this;
    }

    public JsonWriter value(long value) {
        separate();
        out.append(value);
        return this;
    }

    /** The bits of {@code value} as a number of 0 to 2⁶⁴-1. */
    public JsonWriter unsigned(long value) {
        separate();
        out.append(Long.toUnsignedString(value));
        return this;
    }

    /** A number in its JSON form, for those that are no long. */
    public JsonWriter number(String number) {
        separate();
        out.append(number);
        return this;
    }

    public JsonWriter value(boolean value) {
        separate();
        out.append(value);
        return this;
    }

    public JsonWriter nullValue() {
        separate();
        out.append("null");
        return this;
    }

    public JsonWriter property(String name, String value) {
        return name(name).value(value);
    }

    public JsonWriter property(String name, long value) {
        return name(name).value(value);
    }

    public JsonWriter property(String name, boolean value) {
        return name(name).value(value);
    }

    /** A property that is an array of strings. */
    public JsonWriter property(String name, List<String> values) {
        name(name).beginArray();
        for (String value : values) {
            value(value);
        }
        return endArray();
    }

    /** A property that is an object of strings, in the map's order. */
    public JsonWriter property(String name, Map<String, String> values) {
        name(name).beginObject();
        for (Map.Entry<String, String> entry : values.entrySet()) {
            property(entry.getKey(), entry.getValue());
        }
        return endObject();
    }

    /** The text written so far, without a newline at the end. */
    @Override
    public String toString() {
        return out.toString();
    }

    /** {@link #toString()} in UTF-8. */
    public byte[] toBytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private JsonWriter begin(char bracket) {
        separate();
        out.append(bracket);
        depth++;
        preceded = false;
        return this;
    }

    private JsonWriter end(char bracket) {
        depth--;
        if (preceded) {
            newLine();
        }
        out.append(bracket);
        preceded = true;
        return this;
    }

    private void separate() {
        if (named) {
            named = false;
        } else if (depth > 0) {
            if (preceded) {
                out.append(',');
            }
            newLine();
        }
        preceded = true;
    }

    private void newLine() {
        if (!indent.isEmpty()) {
            out.append('\n');
            for (int i = 0; i < depth; i++) {
                out.append(indent);
            }
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '<', '>', '&', '\u2028', '\u2029' -> escape(c);
                default -> {
                    if (c < ' ') {
                        escape(c);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private void escape(char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit(c >> shift & 0xf, 16));
        }
    }
}
