package org.jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Finds the command, then lets picocli parse the rest of the line against that one command's flags and the global ones.
 * The models of the other commands are never built.
 */
final class CommandLineParser {

    private final FlagSet global = FlagSet.global();
    private final List<String> line;
    private final int commandAt;

    CommandLineParser(String[] args) {
        this.line = new ArrayList<>(List.of(args));
        this.commandAt = findCommand();
    }

    /** Whether there is more than global flags. */
    boolean hasCommand() {
        return commandAt < line.size();
    }

    /** The word that names the command. */
    String command() {
        return line.get(commandAt);
    }

    /** The first word after the command, for {@code help COMMAND}; empty when there is none. */
    String topic() {
        for (int i = commandAt + 1; i < line.size(); i++) {
            if (!line.get(i).startsWith("-")) {
                return line.get(i);
            }
        }
        return "";
    }

    /** Parses a line without a command. */
    Parsed parse() {
        try {
            return parse(global, line);
        } catch (UsageException e) {
            throw incorrectGlobal(e.getMessage());
        }
    }

    /** Parses what stands before the command. */
    Parsed globals() {
        return parse(global, line.subList(0, commandAt));
    }

    /** Parses the line for the given command. */
    Parsed parse(Command command) {
        List<String> rest = new ArrayList<>(line);
        rest.remove(commandAt);
        if (commandAt > 0 && "--".equals(line.get(commandAt - 1))) {
            rest.remove(commandAt - 1);
        }
        return parse(FlagSet.of(command), rest);
    }

    private static Parsed parse(FlagSet flags, List<String> args) {
        try {
            return flags.parse(withBareFlags(flags, args));
        } catch (UnmatchedArgumentException e) {
            throw incorrect("flag provided but not defined: -" + bareName(e.getUnmatched().get(0)));
        } catch (MissingParameterException e) {
            OptionSpec option = (OptionSpec) e.getMissing().get(0);
            throw incorrect("flag needs an argument: -" + bareName(option.names()[0]));
        } catch (ParameterException e) {
            throw incorrect(String.valueOf(e.getMessage()));
        }
    }

    /** Go takes {@code --flag=true} and {@code --flag=false}, picocli does not: gives it the flag, or nothing. */
    private static List<String> withBareFlags(FlagSet flags, List<String> args) {
        List<String> bare = new ArrayList<>(args.size());
        int set = 0;
        for (int i = 0; i < args.size(); i++) {
            String word = args.get(i);
            if ("--".equals(word) || flags.stopsAtPositional() && (word.length() < 2 || !word.startsWith("-"))) {
                bare.addAll(args.subList(i, args.size()));
                return bare;
            }
            int equals = word.startsWith("-") ? word.indexOf('=') : -1;
            OptionSpec option = flags.find(equals < 0 ? word : word.substring(0, equals));
            if (option == null) {
                bare.add(word);
            } else if (option.arity().max() > 0) {
                bare.add(word);
                if (equals < 0 && i + 1 < args.size()) {
                    i++;
                    bare.add(args.get(i));
                }
            } else {
                set = setFlag(bare.subList(0, set), flags, option, equals < 0
                        || GoBoolean.parse(word.substring(equals + 1)).orElseThrow(
                                () -> incorrect("invalid boolean value \"" + word.substring(equals + 1) + "\" for -"
                                        + bareName(word) + ": parse error")));
            }
        }
        return bare;
    }

    /** Of a flag that is given several times the last one counts. Returns how many are set now. */
    private static int setFlag(List<String> set, FlagSet flags, OptionSpec flag, boolean value) {
        OptionSpec opposite = flags.find("--".concat(Parsed.TAKEN_BACK).concat(bareName(flag.names()[0])));
        set.remove(flag.names()[0]);
        if (opposite != null) {
            set.remove(opposite.names()[0]);
        }
        if (value) {
            set.add(flag.names()[0]);
        } else if (opposite != null) {
            set.add(opposite.names()[0]);
        }
        return set.size();
    }

    private static UsageException incorrect(String message) {
        return new UsageException("Incorrect Usage: " + message, message);
    }

    /** What runc says of global flags differs by a dot. */
    private static UsageException incorrectGlobal(String message) {
        return new UsageException("Incorrect Usage. " + message, message);
    }

    /** The index of the first word that is neither a global flag nor the value of one. */
    private int findCommand() {
        int i = 0;
        while (i < line.size()) {
            String word = line.get(i);
            if ("--".equals(word)) {
                return i + 1;
            }
            if (word.length() < 2 || word.charAt(0) != '-') {
                return i;
            }
            i += word.indexOf('=') < 0 && takesValue(word) ? 2 : 1;
        }
        return i;
    }

    private boolean takesValue(String word) {
        OptionSpec option = global.find(word);
        if (option == null) {
            throw incorrectGlobal("flag provided but not defined: -" + bareName(word));
        }
        return option.arity().max() > 0;
    }

    private static String bareName(String word) {
        String name = word.startsWith("--") ? word.substring(2) : word.startsWith("-") ? word.substring(1) : word;
        int equals = name.indexOf('=');
        return equals < 0 ? name : name.substring(0, equals);
    }
}
