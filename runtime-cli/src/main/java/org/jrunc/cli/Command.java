package org.jrunc.cli;

/** One subcommand. Subclasses are made only when they are invoked, or listed by the general help. */
abstract class Command {

    private final String name;
    private final String summary;

    Command(String name, String summary) {
        this.name = name;
        this.summary = summary;
    }

    /** The word that invokes it. */
    final String name() {
        return name;
    }

    /** What it does, in half a line. */
    final String summary() {
        return summary;
    }

    /** The positional arguments as the usage line shows them, empty for none. */
    abstract String arguments();

    /** What it does, in a few sentences. */
    abstract String description();

    /** Adds the flags that only this command has. */
    void addOptions(Options options) {
    }

    /** Whether everything after the first positional argument is payload, even what looks like a flag. */
    boolean stopsAtPositional() {
        return false;
    }

    /** Put before the message when this command fails, as runc does for some. */
    String failurePrefix(String program) {
        return "";
    }

    /** What the command exits with when it fails itself. */
    int failureStatus() {
        return Cli.EXIT_FAILURE;
    }

    /** Carries the command out and tells the exit status. */
    abstract int run(Invocation invocation);
}
