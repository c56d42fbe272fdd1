package org.jrunc.spec;

/** Foreign text inside one-line messages: quoted, with everything escaped that could break the line or fake another. */
final class Text {
    private static final int MAX_SHOWN = 200;

    private Text() {
    }

    /** In double quotes; the end of a long text is left out. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        escape(out, text, '"');
        return out.append('"').toString();
    }

    /** Appends {@code text} with control characters, backslashes and {@code quote} escaped. */
    static void escape(StringBuilder out, String text, char quote) {
        int shown = Math.min(text.length(), MAX_SHOWN);
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            if (c == quote || c == '\\' && quote != 0) {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '\t') {
                out.append("\\t");
            } else if (c < ' ' || c >= 0x7f && c < 0xa0 || c == '\u2028' || c == '\u2029') {
                out.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(Character.forDigit(c >> shift & 0xf, 16));
                }
            } else {
                out.append(c);
            }
        }
        if (shown < text.length()) {
            out.append("...");
        }
    }
}
