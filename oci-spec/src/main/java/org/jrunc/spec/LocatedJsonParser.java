package org.jrunc.spec;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * Builds {@link LocatedJson} from Jackson's tokens. The streaming parser alone, because this runs in a cold JVM: no
 * databind, no reflection.
 *
 * <p>The property {@code linux.seccomp} of a {@code config.json} is checked for its form and read when somebody asks
 * for a part of it. With some 400 names it is most of what an engine writes, and nobody asks for it as long as the
 * filter is in the cache.
 */
final class LocatedJsonParser {
    /** A document that is longer is refused; the longest that engines write are some 100 KiB. */
    static final int MAX_BYTES = 16 << 20;
    /** A document that is nested deeper is refused; config.json needs 8. */
    static final int MAX_DEPTH = 100;

    private static final String[] NOISE = {" (start marker at [Source", ": enable `", " (not recognized as one since"};

    private static final JsonFactory FACTORY = new JsonFactory();

    private static final String DEFERRED_PARENT = "linux";
    private static final String DEFERRED = "seccomp";
    private static final int DEFERRED_DEPTH = 2;

    private final JsonSource source;
    private JsonParser parser;
    /** Where in the source the parser starts. */
    private int base;
    private boolean deferring = true;
    /** The innermost object or array that is being read, for messages. */
    private LocatedJson open;

    LocatedJsonParser(JsonSource source) {
        this.source = source;
    }

    LocatedJson parse() {
        checkSizeAndEncoding();
        try {
            return document();
        } catch (SpecException e) {
            // In what was skipped the place of a fault is not known exactly.
            deferring = false;
            open = null;
            document();
            throw e;
        }
    }

    private LocatedJson document() {
        try (JsonParser jackson = FACTORY.createParser(ObjectReadContext.empty(), source.bytes())) {
            parser = jackson;
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw malformed(0, "the file is empty");
            }
            LocatedJson document = value(first, null, null, 0, 0);
            if (parser.nextToken() != null) {
                throw malformed(tokenOffset(), "expected the end of the file after the document");
            }
            return document;
        } catch (UnexpectedEndOfInputException e) {
            throw malformed(source.bytes().length, "unexpected end of the file");
        } catch (JacksonException e) {
            throw malformed(offsetOf(e), reasonOf(e));
        }
    }

    /** Reads an object that was deferred, and ends before {@code end}. */
    void read(LocatedJson object, int end) {
        base = object.offset();
        open = object;
        try (JsonParser jackson = FACTORY.createParser(ObjectReadContext.empty(), source.bytes(), base, end - base)) {
            parser = jackson;
            parser.nextToken();
            properties(object, DEFERRED_DEPTH + 1);
        } catch (JacksonException e) {
            throw malformed(offsetOf(e), reasonOf(e));
        }
    }

    private void checkSizeAndEncoding() {
        byte[] bytes = source.bytes();
        if (bytes.length > MAX_BYTES) {
            throw source.fault("", 0, "the document must not be longer than " + MAX_BYTES + " bytes");
        }
        // Jackson would guess UTF-16 and UTF-32, and JSON starts with an ASCII character.
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            if (bytes[i] == 0 || i == 0 && bytes[i] < 0) {
                throw malformed(i, "the document must be UTF-8 without a byte order mark");
            }
        }
    }

    private LocatedJson value(JsonToken token, LocatedJson parent, String name, int index, int depth) {
        int offset = tokenOffset();
        switch (token) {
            case START_OBJECT, START_ARRAY:
                if (depth == MAX_DEPTH) {
                    throw malformed(offset, "nested deeper than " + MAX_DEPTH);
                }
                byte kind = token == JsonToken.START_OBJECT ? LocatedJson.OBJECT : LocatedJson.ARRAY;
                LocatedJson node = new LocatedJson(source, parent, name, index, offset, kind, "");
                open = node;
                if (isDeferred(kind, parent, name, depth)) {
                    parser.skipChildren();
                    node.defer(tokenOffset() + 1);
                } else if (kind == LocatedJson.OBJECT) {
                    properties(node, depth + 1);
                } else {
                    elements(node, depth + 1);
                }
                open = parent;
                return node;
            case VALUE_STRING:
                return new LocatedJson(source, parent, name, index, offset, LocatedJson.STRING, parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT:
                return new LocatedJson(source, parent, name, index, offset, LocatedJson.NUMBER, parser.getString());
            case VALUE_TRUE:
                return new LocatedJson(source, parent, name, index, offset, LocatedJson.TRUE, "");
            case VALUE_FALSE:
                return new LocatedJson(source, parent, name, index, offset, LocatedJson.FALSE, "");
            default:
                return new LocatedJson(source, parent, name, index, offset, LocatedJson.NULL, "");
        }
    }

    private boolean isDeferred(byte kind, LocatedJson parent, String name, int depth) {
        return deferring && depth == DEFERRED_DEPTH && kind == LocatedJson.OBJECT && DEFERRED.equals(name)
                && parent.isNamed(DEFERRED_PARENT);
    }

    private void properties(LocatedJson object, int depth) {
        List<String> names = new ArrayList<>();
        List<LocatedJson> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            names.add(name);
            values.add(value(parser.nextToken(), object, name, 0, depth));
        }
        object.fill(names, values);
    }

    private void elements(LocatedJson array, int depth) {
        List<LocatedJson> values = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            values.add(value(token, array, null, values.size(), depth));
        }
        array.fill(List.of(), values);
    }

    private int tokenOffset() {
        return base + (int) parser.currentTokenLocation().getByteOffset();
    }

    private SpecException malformed(int offset, String reason) {
        String pointer = open == null ? "" : open.pointer();
        StringBuilder message = new StringBuilder("malformed JSON: ");
        Text.escape(message, reason, (char) 0);
        if (!pointer.isEmpty()) {
            Text.escape(message.append(" (in "), pointer, (char) 0);
            message.append(", which starts in line ").append(open.line()).append(')');
        }
        return source.fault(pointer, offset, message.toString());
    }

    private int offsetOf(JacksonException e) {
        long offset = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
        return offset < 0 ? source.bytes().length : base + (int) offset;
    }

    /** Jackson's own words without its description of the source and without advice to Java programmers. */
    private static String reasonOf(JacksonException e) {
        String message = e.getOriginalMessage();
        for (String noise : NOISE) {
            int start = message.indexOf(noise);
            if (start >= 0) {
                message = message.substring(0, start);
            }
        }
        return message;
    }
}
