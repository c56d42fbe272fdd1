package org.jrunc.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commands by name. */
final class Commands {

    /** In the order of the help; what jrunc itself calls is not among them. */
    private static final String[] NAMES = {"checkpoint", "completion", "create", "delete", "events", "exec", "features",
        "kill", "list", "pause", "ps", "restore", "resume", "run", "serve", "spec", "start", "state", "update"};

    private Commands() {
    }

    /** Makes the command of that name. */
    static Optional<Command> find(String name) {
        Command command = switch (name) {
            case "checkpoint" -> new CheckpointCommand();
            case "completion" -> new CompletionCommand();
            case "create" -> new CreateCommand();
            case "delete" -> new DeleteCommand();
            case "events" -> new EventsCommand();
            case "exec" -> new ExecCommand();
            case "exec-failed" -> new ExecFailedCommand();
            case "features" -> new FeaturesCommand();
            case "kill" -> new KillCommand();
            case "list" -> new ListCommand();
            case "pause" -> new PauseCommand();
            case "ps" -> new PsCommand();
            case "restore" -> new RestoreCommand();
            case "resume" -> new ResumeCommand();
            case "run" -> new RunCommand();
            case "run-failed" -> new RunFailedCommand();
            case "serve" -> new ServeCommand();
            case "spec" -> new SpecCommand();
            case "start" -> new StartCommand();
            case "state" -> new StateCommand();
            case "update" -> new UpdateCommand();
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
            if ("create".equals(word) || "run".equals(word) || "exec".equals(word) || "features".equals(word)) {
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
