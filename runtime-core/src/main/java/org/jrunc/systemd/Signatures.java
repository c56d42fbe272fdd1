package org.jrunc.systemd;

/** Types as D-Bus writes them (D-Bus Specification, Type System). */
final class Signatures {

    private static final String BASIC = "ybnqiuxtdsogh";
    private static final int DEEPEST = 32;

    private Signatures() {
    }

    /** Where the type that starts at an index ends; -1 if there is none. */
    static int end(String text, int start) {
        return end(text, start, 0);
    }

    private static int end(String text, int start, int depth) {
        if (start >= text.length() || depth > DEEPEST) {
            return -1;
        }
        char c = text.charAt(start);
        if (c == 'v' || BASIC.indexOf(c) >= 0) {
            return start + 1;
        }
        if (c == 'a') {
            boolean dictionary = start + 2 < text.length() && text.charAt(start + 1) == '{'
                    && BASIC.indexOf(text.charAt(start + 2)) >= 0;
            int end = end(text, dictionary ? start + 3 : start + 1, depth + 1);
            return !dictionary ? end : end > 0 && end < text.length() && text.charAt(end) == '}' ? end + 1 : -1;
        }
        if (c != '(') {
            return -1;
        }
        int at = start + 1;
        while (at > 0 && at < text.length() && text.charAt(at) != ')') {
            at = end(text, at, depth + 1);
        }
        return at > start + 1 && at < text.length() ? at + 1 : -1;
    }
}
