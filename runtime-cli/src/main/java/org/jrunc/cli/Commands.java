package org.jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commands by name. */
final class Commands {

    /** In the order of the help; what jrunc itself calls is not among them. */
    private static final String[] NAMES = {"create", "delete", "exec", "kill", "list", "run", "spec", "start", "state"};

    private Commands() {
    }

    /** Makes the command of that name. */
    static Optional<Command> find(String name) {
        Command command = switch (name) {
            case "create" -> new CreateCommand();
            case "delete" -> new DeleteCommand();
            case "exec" -> new ExecCommand();
            case "exec-failed" -> new ExecFailedCommand();
            case "kill" -> new KillCommand();
            case "list" -> new ListCommand();
            case "run" -> new RunCommand();
            case "run-failed" -> new RunFailedCommand();
            case "spec" -> new SpecCommand();
            case "start" -> new StartCommand();
            case "state" -> new StateCommand();
            default -> null;
        };
        return Optional.ofNullable(command);
    }

    /**
     * Whether the command line is likely to need native calls. A guess at first sight, before it is parsed: a wrong one
     * costs some time, and no more.
     */
    static boolean needLibc(String[] args) {
        for (String word : args) {
            if ("create".equals(word) || "run".equals(word) || "exec".equals(word)) {
                return true;
            }
        }
        return false;
    }

    /** All of them, for the general help. */
    static List<Command> all() {
        List<Command> all = new ArrayList<>();
        for (String name : NAMES) {
            find(name).ifPresent(all::add);
        }
        return all;
    }
}
