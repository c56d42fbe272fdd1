package org.jrunc.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** A parsed command line. */
final class Parsed {

    private final ParseResult result;

    Parsed(ParseResult result) {
        this.result = result;
    }

    /** Whether the flag of this name (without dashes) was given and not taken back with {@code =false}. */
    boolean flag(String name) {
        return result.matchedOptionValue(dashed(name), Boolean.FALSE);
    }

    /** The last value given for this name (without dashes). */
    Optional<String> value(String name) {
        Object value = result.matchedOptionValue(dashed(name), (Object) null);
        return value instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** The positional arguments. */
    List<String> arguments() {
        return List.of(result.matchedPositionalValue(0, new String[0]));
    }

    private static String dashed(String name) {
        return "--".concat(name);
    }
}
