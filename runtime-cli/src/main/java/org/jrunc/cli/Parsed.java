package org.jrunc.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** A parsed command line. */
final class Parsed {

    /** Begins the name of the flag that stands for {@code --name=false}. */
    static final String TAKEN_BACK = "taken-back-";

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

    /** All values given for this name (without dashes), in order. */
    List<String> values(String name) {
        return List.of(result.matchedOptionValue(dashed(name), new String[0]));
    }

    /** What was given last for a flag of {@link Options#triState}; empty when it was not given. */
    Optional<Boolean> triState(String name) {
        if (flag(name)) {
            return Optional.of(true);
        }
        return flag(TAKEN_BACK.concat(name)) ? Optional.of(false) : Optional.empty();
    }

    /** The positional arguments. */
    List<String> arguments() {
        return List.of(result.matchedPositionalValue(0, new String[0]));
    }

    private static String dashed(String name) {
        return "--".concat(name);
    }
}
