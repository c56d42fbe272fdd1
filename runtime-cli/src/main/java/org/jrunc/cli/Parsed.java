package org.jrunc.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A parsed command line. */
final class Parsed {

    /** Begins the name of the flag that stands for {@code --name=false}. */
    static final String TAKEN_BACK = "taken-back-";

    private final Map<String, Object> values;
    private final List<String> arguments;

    /**
     * What a line has.
     *
     * @param values    of the flags that were given, by each of their names
     * @param arguments the positional ones
     */
    Parsed(Map<String, Object> values, List<String> arguments) {
        this.values = values;
        this.arguments = arguments;
    }

    /** Whether the flag of this name (without dashes) was given and not taken back with {@code =false}. */
    boolean flag(String name) {
        return values.get(dashed(name)) instanceof Boolean flag && flag;
    }

    /** The last value given for this name (without dashes). */
    Optional<String> value(String name) {
        return values.get(dashed(name)) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** All values given for this name (without dashes), in order. */
    List<String> values(String name) {
        return values.get(dashed(name)) instanceof String[] texts ? List.of(texts) : List.of();
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
        return arguments;
    }

    private static String dashed(String name) {
        return "--".concat(name);
    }
}
