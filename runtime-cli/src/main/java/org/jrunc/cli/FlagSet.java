package org.jrunc.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * The flags that one command takes, or those that stand before any, as picocli has them. Made once: a server parses many
 * lines, and this takes three times as long as to parse one.
 */
final class FlagSet {

    private static final Map<String, FlagSet> MADE = new ConcurrentHashMap<>();

    private final List<OptionSpec> options;
    private final boolean stopsAtPositional;
    private final CommandLine parser;

    private FlagSet(List<OptionSpec> options, boolean stopsAtPositional) {
        this.options = options;
        this.stopsAtPositional = stopsAtPositional;
        CommandSpec spec = CommandSpec.create();
        for (OptionSpec option : options) {
            spec.addOption(option);
        }
        spec.addPositional(PositionalParamSpec.builder().type(String[].class).arity("0..*").hidden(true).build());
        spec.parser().posixClusteredShortOptionsAllowed(false).overwrittenOptionsAllowed(true)
                .expandAtFiles(false).stopAtPositional(stopsAtPositional).allowOptionsAsOptionParameters(true);
        this.parser = new CommandLine(spec);
        this.parser.setInterpolateVariables(false);
    }

    /** Those that stand before any command. */
    static FlagSet global() {
        FlagSet made = MADE.get("");
        return made != null ? made : keep("", new FlagSet(GlobalOptions.options().specs(), false));
    }

    /** Those that stand after a command, and the global ones, which may stand there as well. */
    static FlagSet of(Command command) {
        FlagSet made = MADE.get(command.name());
        if (made != null) {
            return made;
        }
        Options options = new Options();
        command.addOptions(options);
        return keep(command.name(), new FlagSet(options.inherit(GlobalOptions.options()).specs(),
                command.stopsAtPositional()));
    }

    private static FlagSet keep(String name, FlagSet made) {
        MADE.put(name, made);
        return made;
    }

    /** Whether what follows the first positional argument is no flag, whatever it looks like. */
    boolean stopsAtPositional() {
        return stopsAtPositional;
    }

    /** The flag of this name, dashes included; null for none. */
    OptionSpec find(String word) {
        for (OptionSpec option : options) {
            for (String name : option.names()) {
                if (name.equals(word)) {
                    return option;
                }
            }
        }
        return null;
    }

    /**
     * Parses words. The model has the values of one line at a time, so they are taken out of it.
     *
     * @throws CommandLine.ParameterException as picocli has it
     */
    synchronized Parsed parse(List<String> words) {
        ParseResult result = parser.parseArgs(words.toArray(new String[0]));
        Map<String, Object> values = new HashMap<>();
        for (OptionSpec option : result.matchedOptions()) {
            for (String name : option.names()) {
                values.put(name, option.getValue());
            }
        }
        return new Parsed(values, List.of(result.matchedPositionalValue(0, new String[0])));
    }
}
