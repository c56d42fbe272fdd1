package org.jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Collects flags as picocli's model, built by hand: reading them from annotations costs 30 ms of reflection at every
 * start (docs/performance.md). Like Go's flag packages, each name works with one dash and with two.
 */
final class Options {

    private final List<OptionSpec> specs = new ArrayList<>();

    /** A flag that is there or not; {@code --name=false} takes it back. */
    Options flag(String description, String... names) {
        specs.add(builder(description, names).type(boolean.class).arity("0").build());
        return this;
    }

    /** A flag with a value. */
    Options value(String description, String... names) {
        specs.add(builder(description, names).type(String.class).arity("1").paramLabel("value").build());
        return this;
    }

    /** A flag with a value that may be given several times; a comma does not separate values. */
    Options values(String description, String... names) {
        specs.add(builder(description, names).type(String[].class).arity("1").paramLabel("value").build());
        return this;
    }

    /** A flag for which {@code --name=false} is something else than nothing, see {@link Parsed#triState}. */
    Options triState(String description, String name) {
        return flag(description, name).hiddenFlag(Parsed.TAKEN_BACK.concat(name));
    }

    /** Like {@link #flag}, but not shown by the help. */
    Options hiddenFlag(String... names) {
        specs.add(builder("", names).type(boolean.class).arity("0").hidden(true).build());
        return this;
    }

    /** Like {@link #value}, but not shown by the help. */
    Options hiddenValue(String... names) {
        specs.add(builder("", names).type(String.class).arity("1").hidden(true).build());
        return this;
    }

    /** Adds those of other options whose names are not taken yet. */
    Options inherit(Options others) {
        for (OptionSpec other : others.specs) {
            if (!has(other.names()[0])) {
                specs.add(other);
            }
        }
        return this;
    }

    /** What was collected, in order. */
    List<OptionSpec> specs() {
        return specs;
    }

    private boolean has(String name) {
        for (OptionSpec spec : specs) {
            if (spec.names()[0].equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static OptionSpec.Builder builder(String description, String... names) {
        String[] dashed = new String[names.length * 2];
        for (int i = 0; i < names.length; i++) {
            dashed[2 * i] = "--".concat(names[i]);
            dashed[2 * i + 1] = "-".concat(names[i]);
        }
        return OptionSpec.builder(dashed).description(description);
    }
}
