package org.jrunc.cli;

import java.util.Optional;

/** The words for true and false that Go's {@code strconv.ParseBool}, and so runc's flags, take. */
final class GoBoolean {

    private GoBoolean() {
    }

    static Optional<Boolean> parse(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> Optional.of(true);
            case "0", "f", "F", "false", "FALSE", "False" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
