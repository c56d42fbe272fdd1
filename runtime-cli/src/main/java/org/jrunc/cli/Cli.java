package org.jrunc.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.CommandProcess;
import org.jrunc.container.ExecFailure;
import org.jrunc.container.RuntimeContext;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog.Level;

/**
 * The command line: finds the command, runs it, reports its failure. Without {@code System.exit} and with all it
 * touches given to it, so that tests run it in-process.
 */
public final class Cli {

    /** Exit status of a command that did what it was asked. */
    static final int EXIT_OK = 0;

    /** Exit status of every failure. */
    static final int EXIT_FAILURE = 1;

    /** Exit status when there is no command of that name. */
    private static final int EXIT_UNKNOWN = 3;

    private final ProgramName program;
    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;
    private final Path cwd;
    private final CommandProcess process;

    private Log log;
    private Optional<Command> invoked = Optional.empty();

    private Cli(ProgramName program, PrintStream out, PrintStream err, Map<String, String> environment, Path cwd,
            CommandProcess process) {
        this.program = program;
        this.out = out;
        this.err = err;
        this.environment = environment;
        this.cwd = cwd;
        this.process = process;
        this.log = Log.toStderr(err);
    }

    /**
     * Runs one command line.
     *
     * @param program     what jrunc was called by
     * @param args        the words after the program's name
     * @param out         stdout
     * @param err         stderr
     * @param environment the caller's environment
     * @param cwd         the caller's working directory
     * @param process     the process that was called
     * @return the exit status
     */
    static int run(ProgramName program, String[] args, PrintStream out, PrintStream err,
            Map<String, String> environment, Path cwd, CommandProcess process) {
        return new Cli(program, out, err, environment, cwd, process).runAndReport(args);
    }

    private int runAndReport(String[] args) {
        try {
            return run(args);
        } catch (UsageException e) {
            out.print(e.headline() + "\n\n" + HelpText.of(program.base(), invoked));
            fail(e.getMessage());
            return EXIT_FAILURE;
        } catch (ExecFailure e) {
            // What init says with runc: on the container's stderr, which is ours as well, and without a prefix.
            err.print(e.getMessage() + "\n");
            if (log.isFile()) {
                log.log(Level.ERROR, e.getMessage());
            }
            return e.exitStatus();
        } catch (RuntimeFailure e) {
            debugTrace(e);
            int status = fail(failurePrefix() + e.getMessage());
            return invoked.isPresent() ? status : e.exitStatus();
        } catch (RuntimeException | Error e) {
            debugTrace(e);
            return fail(failurePrefix() + "internal error: " + e);
        } finally {
            log.close();
        }
    }

    private int run(String[] args) {
        CommandLineParser parser = new CommandLineParser(args);
        if (!parser.hasCommand()) {
            return general(parser.parse());
        }
        String name = parser.command();
        Command command;
        Parsed line;
        try {
            if ("help".equals(name) || "h".equals(name)) {
                return help(parser.topic());
            }
            command = command(name);
            invoked = Optional.of(command);
            line = parser.parse(command);
            if (line.flag("help")) {
                return help(name);
            }
        } catch (UsageException | RuntimeFailure e) {
            // Engines read why in the file. Opened here and not always, since to parse the flags twice takes time.
            log = Log.open(parser.globals(), err, cwd);
            throw e;
        }
        if (line.flag("version")) {
            return version();
        }
        log = Log.open(line, err, cwd);
        RuntimeContext context = Contexts.of(line, environment, cwd, log, process);
        return command.run(new Invocation(program, name, line, context, out, err, cwd));
    }

    private int general(Parsed line) {
        return line.flag("version") && !line.flag("help") ? version() : help("");
    }

    private int version() {
        out.print(VersionText.of(program.base()));
        return EXIT_OK;
    }

    private int help(String topic) {
        out.print(HelpText.of(program.base(), topic.isEmpty() ? Optional.empty() : Optional.of(command(topic))));
        return EXIT_OK;
    }

    /** Whether a word is the name of a command. */
    static boolean isCommand(String word) {
        return Commands.find(word).isPresent() || "help".equals(word) || "h".equals(word);
    }

    private static Command command(String name) {
        return Commands.find(name).orElseThrow(() -> new RuntimeFailure("No help topic for '" + name + "'") {
            @Override
            public int exitStatus() {
                return EXIT_UNKNOWN;
            }
        });
    }

    private int fail(String message) {
        log.log(Level.ERROR, message);
        if (log.isFile()) {
            err.print(message + "\n");
        }
        return invoked.isPresent() ? invoked.get().failureStatus() : EXIT_FAILURE;
    }

    private String failurePrefix() {
        return invoked.isPresent() ? invoked.get().failurePrefix(program.base()) : "";
    }

    private void debugTrace(Throwable failure) {
        if (log.isDebug()) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace, true));
            log.debug(trace.toString());
        }
    }
}
