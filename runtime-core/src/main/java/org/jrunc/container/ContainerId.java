package org.jrunc.container;

import org.jrunc.report.RuntimeFailure;

/** The rule for container ids; checked whenever an id comes in, since it becomes the name of a directory. */
final class ContainerId {

    /** {@code NAME_MAX} less some room for names made from the id. */
    private static final int LONGEST = 240;

    private ContainerId() {
    }

    /** Returns the id, or throws when it is not one. */
    static String check(String id) {
        if (id.isEmpty()) {
            throw new RuntimeFailure("container id cannot be empty");
        }
        if (id.length() > LONGEST) {
            throw new RuntimeFailure("invalid container ID format: it is longer than " + LONGEST + " characters");
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean allowed = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
                    || c == '+' || c == '.' || c == '-';
            if (!allowed) {
                throw new RuntimeFailure("invalid container ID format: " + quoted(id)
                        + " has other characters than letters, digits, '_', '+', '-', '.'");
            }
        }
        if (id.equals(".") || id.equals("..")) {
            throw new RuntimeFailure("invalid container ID format: " + quoted(id) + " names a directory");
        }
        return id;
    }

    private static String quoted(String id) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            text.append(c < ' ' || c == '"' || c == 0x7f ? '?' : c);
        }
        return text.append('"').toString();
    }
}
