package org.jrunc.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/** Help in the layout of runc's: {@code NAME}, {@code USAGE}, {@code DESCRIPTION}, {@code OPTIONS}. */
final class HelpText {

    private static final String INDENT = "   ";
    private static final String ABOUT = """
            Runs containers from bundles: directories that hold a root file system and a config.json as
            the OCI runtime specification defines it. Engines such as containerd, podman, CRI-O and docker
            call it in place of runc; by hand it is

                # mkdir -p bundle/rootfs && cd bundle     # put a root file system into rootfs
                # %s spec
                # %s run <container-id>
            """;

    private HelpText() {
    }

    /** The help of one command, or the general one. */
    static String of(String program, Optional<Command> command) {
        return command.isPresent() ? ofCommand(program, command.get()) : general(program);
    }

    private static String general(String program) {
        StringBuilder text = new StringBuilder();
        text.append("NAME:\n").append(INDENT).append(program).append(" - Open Container Initiative runtime\n\n")
                .append(ABOUT.replace("%s", program))
                .append("\nUSAGE:\n").append(INDENT).append(program)
                .append(" [global options] command [command options] [arguments...]\n\nVERSION:\n")
                .append(INDENT).append(VersionText.version()).append("\n\nCOMMANDS:\n");
        List<Command> commands = Commands.all();
        int width = "help, h".length();
        for (Command command : commands) {
            width = Math.max(width, command.name().length());
        }
        for (Command command : commands) {
            appendRow(text, command.name(), width, command.summary());
        }
        appendRow(text, "help, h", width, "show the list of commands, or the help of one");
        text.append("\nGLOBAL OPTIONS:\n");
        appendOptions(text, GlobalOptions.options().specs());
        return text.toString();
    }

    private static String ofCommand(String program, Command command) {
        StringBuilder text = new StringBuilder();
        text.append("NAME:\n").append(INDENT).append(program).append(' ').append(command.name()).append(" - ")
                .append(command.summary()).append("\n\nUSAGE:\n").append(INDENT).append(program).append(' ')
                .append(command.name()).append(" [command options] ").append(command.arguments())
                .append("\n\nDESCRIPTION:\n").append(command.description().indent(INDENT.length()))
                .append("\nOPTIONS:\n");
        Options options = new Options();
        command.addOptions(options);
        appendOptions(text, options.flag("show help", "help", "h").specs());
        return text.toString();
    }

    private static void appendOptions(StringBuilder text, List<OptionSpec> options) {
        int width = 0;
        for (OptionSpec option : options) {
            width = Math.max(width, option.hidden() ? 0 : label(option).length());
        }
        for (OptionSpec option : options) {
            if (!option.hidden()) {
                appendRow(text, label(option), width, option.description()[0]);
            }
        }
    }

    private static void appendRow(StringBuilder text, String label, int width, String description) {
        text.append(INDENT).append(label).repeat(" ", width - label.length() + 2).append(description).append('\n');
    }

    /** {@code --bundle value, -b value}: of the two forms of each name the usual one. */
    private static String label(OptionSpec option) {
        StringBuilder label = new StringBuilder();
        String[] names = option.names();
        for (int i = 0; i < names.length; i += 2) {
            boolean isShort = names[i + 1].length() == 2;
            label.append(i == 0 ? "" : ", ").append(isShort ? names[i + 1] : names[i]);
            if (option.arity().max() > 0) {
                label.append(' ').append(option.paramLabel());
            }
        }
        return label.toString();
    }
}
