package org.jrunc.cli;

import org.jrunc.report.RuntimeFailure;

/** {@code completion SHELL}. */
final class CompletionCommand extends Command {

    CompletionCommand() {
        super("completion", "print a script with which a shell completes command lines");
    }

    @Override
    String arguments() {
        return "bash";
    }

    @Override
    String description() {
        return """
                Prints what makes a shell complete commands, flags, their values and the ids of containers. Put it
                into /usr/share/bash-completion/completions under the program's name ("make install" does), or read
                it where it is needed: . <(jrunc completion bash). zsh can use it after: autoload -U bashcompinit;
                bashcompinit""";
    }

    @Override
    int run(Invocation invocation) {
        String shell = invocation.exactly(1).get(0);
        if (!"bash".equals(shell)) {
            throw new RuntimeFailure("no completion for the shell \"" + shell + "\": must be bash");
        }
        invocation.out().print(new BashCompletion(invocation.program().base()).script());
        return Cli.EXIT_OK;
    }
}
