package org.jrunc.process;

/** Strings as the Go runtimes print them ({@code %q}), for texts that engines and test suites know by heart. */
final class GoText {

    private static final String HEX = "0123456789abcdef";

    private GoText() {
    }

    /** In double quotes, with what is not printable escaped; the result has no line break. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            append(quoted, text.charAt(i));
        }
        return quoted.append('"').toString();
    }

    private static void append(StringBuilder quoted, char c) {
        if (c == '"' || c == '\\') {
            quoted.append('\\').append(c);
        } else if (c == '\n') {
            quoted.append("\\n");
        } else if (c == '\t') {
            quoted.append("\\t");
        } else if (c == '\r') {
            quoted.append("\\r");
        } else if (c < 0x20 || c == 0x7f) {
            quoted.append("\\x").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
        } else {
            quoted.append(c);
        }
    }
}
