package org.jrunc.spec;

/** The bytes of a document, to turn an offset into a line and a column when there is something to complain about. */
final class JsonSource {
    private final String name;
    private final byte[] bytes;

    JsonSource(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    int line(int offset) {
        int line = 1;
        for (int i = 0; i < offset && i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                line++;
            }
        }
        return line;
    }

    /** In characters, not bytes: continuation bytes of UTF-8 do not count. */
    int column(int offset) {
        int column = 1;
        for (int i = Math.min(offset, bytes.length) - 1; i >= 0 && bytes[i] != '\n'; i--) {
            if ((bytes[i] & 0xc0) != 0x80) {
                column++;
            }
        }
        return column;
    }

    SpecException fault(String pointer, int offset, String message) {
        int line = line(offset);
        int column = column(offset);
        return new SpecException(pointer, line, column, name + ":" + line + ":" + column + ": " + message);
    }
}
