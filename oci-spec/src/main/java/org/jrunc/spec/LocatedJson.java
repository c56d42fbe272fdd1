package org.jrunc.spec;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A value of a JSON document that knows its place in it, so that a fault can be reported with JSON pointer, line and
 * column. The methods that take a property name are for objects and say so if this is something else.
 *
 * <p>A property that is {@code null} counts as absent. Of a property given twice the last one counts. Names are matched
 * exactly. Numbers that stand for integers must be written as such: {@code 1.0} and {@code 1e3} are faults.
 */
public final class LocatedJson {
    static final byte OBJECT = 0;
    static final byte ARRAY = 1;
    static final byte STRING = 2;
    static final byte NUMBER = 3;
    static final byte TRUE = 4;
    static final byte FALSE = 5;
    static final byte NULL = 6;

    private static final String[] NO_NAMES = {};
    private static final LocatedJson[] NO_CHILDREN = {};

    private final JsonSource source;
    private final LocatedJson parent;
    private final String name;
    private final int index;
    private final int offset;
    private final byte kind;
    private final String text;
    private String[] names = NO_NAMES;
    private LocatedJson[] children = NO_CHILDREN;
    /** Of an object whose properties are read when somebody asks for one: the offset behind it; otherwise 0. */
    private int deferred;

    /** A child of {@code parent}, which is null for the document; {@code name} is null for an element of an array. */
    LocatedJson(JsonSource source, LocatedJson parent, String name, int index, int offset, byte kind, String text) {
        this.source = source;
        this.parent = parent;
        this.name = name;
        this.index = index;
        this.offset = offset;
        this.kind = kind;
        this.text = text;
    }

    void fill(List<String> childNames, List<LocatedJson> childNodes) {
        names = childNames.toArray(NO_NAMES);
        children = childNodes.toArray(NO_CHILDREN);
        deferred = 0;
    }

    /** Leaves it to the first question about a property to read this object. */
    void defer(int end) {
        deferred = end;
    }

    /**
     * Parses a document.
     *
     * @param json UTF-8, at most {@link LocatedJsonParser#MAX_BYTES} long and {@link LocatedJsonParser#MAX_DEPTH} deep
     * @param name what to call it in messages
     * @throws SpecException if it is malformed
     */
    public static LocatedJson parse(byte[] json, String name) {
        return new LocatedJsonParser(new JsonSource(name, json)).parse();
    }

    /** One of the constants of this class. */
    byte kind() {
        return kind;
    }

    /** Whether this is the property {@code wanted}. */
    boolean isNamed(String wanted) {
        return wanted.equals(name);
    }

    /** The offset of the first character. */
    int offset() {
        return offset;
    }

    boolean isZero() {
        return kind == NUMBER && text.equals("0");
    }

    /** Writes the value as it is, without blanks. */
    void write(JsonWriter json) {
        switch (kind) {
            case OBJECT -> {
                requireObject();
                json.beginObject();
                for (int i = 0; i < names.length; i++) {
                    children[i].write(json.name(names[i]));
                }
                json.endObject();
            }
            case ARRAY -> {
                json.beginArray();
                for (LocatedJson child : children) {
                    child.write(json);
                }
                json.endArray();
            }
            case STRING -> json.value(text);
            case NUMBER -> json.number(text);
            case NULL -> json.nullValue();
            default -> json.value(kind == TRUE);
        }
    }

    /** The JSON pointer (RFC 6901), {@code ""} for the document. */
    public String pointer() {
        StringBuilder out = new StringBuilder();
        appendPointer(out);
        return out.toString();
    }

    private void appendPointer(StringBuilder out) {
        if (parent != null) {
            parent.appendPointer(out);
            out.append('/');
            if (name == null) {
                out.append(index);
            } else {
                out.append(escapedForPointer(name));
            }
        }
    }

    static String escapedForPointer(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /** Line of the first character, from 1. */
    public int line() {
        return source.line(offset);
    }

    /** Column of the first character, from 1. */
    public int column() {
        return source.column(offset);
    }

    /** A fault here; {@code predicate} goes on after the pointer, such as {@code must be absolute, was "x"}. */
    public SpecException fault(String predicate) {
        return fault(pointer(), predicate);
    }

    private SpecException fault(String pointer, String predicate) {
        StringBuilder message = new StringBuilder();
        Text.escape(message, pointer.isEmpty() ? "the document" : pointer, (char) 0);
        return source.fault(pointer, offset, message.append(' ').append(predicate).toString());
    }

    private SpecException wrongType(String expected) {
        return fault("must be " + expected + ", is " + described());
    }

    private String described() {
        return switch (kind) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case NULL -> "null";
            default -> "a boolean";
        };
    }

    /** Whether this is {@code null}; only a document or an element of an array can be. */
    public boolean isNull() {
        return kind == NULL;
    }

    // Values

    /** This string. */
    public String string() {
        if (kind != STRING) {
            throw wrongType("a string");
        }
        return text;
    }

    /** This boolean. */
    public boolean bool() {
        if (kind != TRUE && kind != FALSE) {
            throw wrongType("a boolean");
        }
        return kind == TRUE;
    }

    /** This integer of {@code min} to {@code max}. */
    public long integer(long min, long max) {
        if (kind != NUMBER) {
            throw wrongType("a number");
        }
        if (isInteger()) {
            try {
                long value = Long.parseLong(text);
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // more than 64 bits: out of range like the others
            }
        }
        throw fault("must be an integer from " + min + " to " + max + ", is " + shownNumber());
    }

    /** This integer of 0 to 2⁶⁴-1, as unsigned bits. */
    public long uint64() {
        if (kind != NUMBER) {
            throw wrongType("a number");
        }
        if (isInteger()) {
            try {
                return Long.parseUnsignedLong(text);
            } catch (NumberFormatException e) {
                // negative or more than 64 bits
            }
        }
        throw fault("must be an integer from 0 to 18446744073709551615, is " + shownNumber());
    }

    private boolean isInteger() {
        return text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
    }

    private String shownNumber() {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    /** The elements of this array. */
    public List<LocatedJson> elements() {
        if (kind != ARRAY) {
            throw wrongType("an array");
        }
        return List.of(children);
    }

    /** The strings of this array. */
    public List<String> strings() {
        if (kind != ARRAY) {
            throw wrongType("an array");
        }
        String[] strings = new String[children.length];
        for (int i = 0; i < strings.length; i++) {
            strings[i] = children[i].string();
        }
        return List.of(strings);
    }

    // Properties

    /** The names of the properties in file order; those that are {@code null} are left out. */
    public List<String> names() {
        return List.copyOf(properties().keySet());
    }

    /** The properties in file order; those that are {@code null} are left out. */
    public Map<String, LocatedJson> properties() {
        requireObject();
        Map<String, LocatedJson> properties = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            if (children[i].kind == NULL) {
                properties.remove(names[i]);
            } else {
                properties.put(names[i], children[i]);
            }
        }
        return properties;
    }

    /** The property, if it is there. */
    public Optional<LocatedJson> get(String property) {
        return Optional.ofNullable(find(property));
    }

    /** The property. */
    public LocatedJson require(String property) {
        LocatedJson value = find(property);
        if (value == null) {
            throw fault(pointer() + "/" + escapedForPointer(property), "is missing");
        }
        return value;
    }

    /** The property or null. */
    LocatedJson find(String property) {
        requireObject();
        for (int i = names.length - 1; i >= 0; i--) {
            if (names[i].equals(property)) {
                return children[i].kind == NULL ? null : children[i];
            }
        }
        return null;
    }

    /** This object's text as it stands in the document; only while nobody has asked for a property. */
    byte[] deferredText() {
        if (kind != OBJECT) {
            throw wrongType("an object");
        }
        return Arrays.copyOfRange(source.bytes(), offset, deferred);
    }

    private void requireObject() {
        if (kind != OBJECT) {
            throw wrongType("an object");
        }
        if (deferred != 0) {
            new LocatedJsonParser(source).read(this, deferred);
        }
    }

    /** A string; absent is {@code ""}. */
    public String string(String property) {
        LocatedJson value = find(property);
        return value == null ? "" : value.string();
    }

    /** A string; {@code ""} is absent. */
    public Optional<String> optionalString(String property) {
        String value = string(property);
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /** A boolean; absent is false. */
    public boolean bool(String property) {
        LocatedJson value = find(property);
        return value != null && value.bool();
    }

    /** A boolean. */
    public Optional<Boolean> optionalBool(String property) {
        LocatedJson value = find(property);
        return value == null ? Optional.empty() : Optional.of(value.bool());
    }

    /** An int32; absent is 0. */
    public int int32(String property) {
        return optionalInt32(property).orElse(0);
    }

    /** An int32. */
    public OptionalInt optionalInt32(String property) {
        LocatedJson value = find(property);
        return value == null
                ? OptionalInt.empty()
                : OptionalInt.of((int) value.integer(Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    /** A uint16. */
    public OptionalInt optionalUint16(String property) {
        LocatedJson value = find(property);
        return value == null ? OptionalInt.empty() : OptionalInt.of((int) value.integer(0, 0xffff));
    }

    /** A uint32; absent is 0. */
    public long uint32(String property) {
        return optionalUint32(property).orElse(0);
    }

    /** A uint32. */
    public OptionalLong optionalUint32(String property) {
        LocatedJson value = find(property);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value.integer(0, 0xffff_ffffL));
    }

    /** An int64; absent is 0. */
    public long int64(String property) {
        return optionalInt64(property).orElse(0);
    }

    /** An int64. */
    public OptionalLong optionalInt64(String property) {
        LocatedJson value = find(property);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value.integer(Long.MIN_VALUE, Long.MAX_VALUE));
    }

    /** A uint64 as unsigned bits; absent is 0. */
    public long uint64(String property) {
        return optionalUint64(property).orElse(0);
    }

    /** A uint64 as unsigned bits. */
    public OptionalLong optionalUint64(String property) {
        LocatedJson value = find(property);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value.uint64());
    }

    /** The elements of an array; absent is empty. */
    public List<LocatedJson> elements(String property) {
        LocatedJson value = find(property);
        return value == null ? List.of() : value.elements();
    }

    /** An array of strings; absent is empty. */
    public List<String> strings(String property) {
        LocatedJson value = find(property);
        return value == null ? List.of() : value.strings();
    }

    /** An array of strings. */
    public Optional<List<String>> optionalStrings(String property) {
        LocatedJson value = find(property);
        return value == null ? Optional.empty() : Optional.of(value.strings());
    }

    /** An object whose properties are strings, in file order; absent is empty. */
    public Map<String, String> stringMap(String property) {
        LocatedJson value = find(property);
        if (value == null) {
            return Map.of();
        }
        Map<String, String> strings = new LinkedHashMap<>();
        for (Map.Entry<String, LocatedJson> entry : value.properties().entrySet()) {
            strings.put(entry.getKey(), entry.getValue().string());
        }
        return strings;
    }
}
