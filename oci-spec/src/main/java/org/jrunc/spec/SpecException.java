package org.jrunc.spec;

/**
 * A fault in a JSON document, in one line: {@code config.json:12:15: /process/args/0 must be a string, is a number}.
 */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String jsonPointer;
    private final int line;
    private final int column;

    /** A fault of which only the place in the document's structure is known; the message is to name it. */
    public SpecException(String jsonPointer, String message) {
        this(jsonPointer, 0, 0, message);
    }

    /**
     * A fault at a place of a file.
     *
     * @param jsonPointer RFC 6901 pointer, {@code ""} for the whole document
     * @param line        from 1, or 0 if not known
     * @param column      from 1, or 0 if not known
     * @param message     the whole line
     */
    public SpecException(String jsonPointer, int line, int column, String message) {
        super(message);
        this.jsonPointer = jsonPointer;
        this.line = line;
        this.column = column;
    }

    /** The place in the document, {@code ""} for all of it. */
    public String jsonPointer() {
        return jsonPointer;
    }

    /** Line from 1, 0 if not known. */
    public int line() {
        return line;
    }

    /** Column from 1, 0 if not known. */
    public int column() {
        return column;
    }
}
