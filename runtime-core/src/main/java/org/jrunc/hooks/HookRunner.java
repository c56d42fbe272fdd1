package org.jrunc.hooks;

import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.AgentException;
import org.jrunc.agent.Execution;
import org.jrunc.agent.Outcome;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Hook;
import org.jrunc.spec.HookKind;

/**
 * Runs hooks (config.md, POSIX-platform Hooks) as children of an agent: in its namespaces, with its root, credentials
 * and cgroup, default signals, and no descriptors but 0, 1 and 2. A hook never outlives the runtime: it is killed when
 * that dies.
 *
 * <p>A hook's argv is what {@code args} says, its path if that is empty. Its environment is {@code env} word for word;
 * where the config has no {@code env} at all it is a list that the caller chooses, and as with runc that should be the
 * runtime's own environment for hooks of the runtime, {@code process.env} for those inside the container.
 *
 * <p>The state is on stdin. What a hook writes is shown only if it failed, and at debug level.
 */
public final class HookRunner {

    private final Agent agent;
    private final RuntimeLog log;
    private final List<String> inheritedEnv;
    private final Optional<String> directory;
    private final HookOutput output;

    /**
     * A runner.
     *
     * @param agent        whose children the hooks will be
     * @param inheritedEnv environment of hooks whose config says nothing about it
     * @param directory    working directory of the hooks; the agent's if empty
     * @param output       where their output goes
     */
    public HookRunner(Agent agent, RuntimeLog log, List<String> inheritedEnv, Optional<String> directory,
            HookOutput output) {
        this.agent = agent;
        this.log = log;
        this.inheritedEnv = List.copyOf(inheritedEnv);
        this.directory = directory;
        this.output = output;
    }

    /**
     * Runs hooks one after the other.
     *
     * @param stateJson the state, compact
     * @throws RuntimeFailure for the first that fails; those after it do not run
     */
    public void run(HookKind kind, List<Hook> hooks, byte[] stateJson) {
        for (int i = 0; i < hooks.size(); i++) {
            run(kind, i, hooks.get(i), stateJson);
        }
    }

    /** Runs all hooks; one that fails is a warning in the log (runtime.md#lifecycle on poststop). */
    public void runAll(HookKind kind, List<Hook> hooks, byte[] stateJson) {
        for (int i = 0; i < hooks.size(); i++) {
            try {
                run(kind, i, hooks.get(i), stateJson);
            } catch (RuntimeFailure e) {
                log.warn(e.getMessage());
            }
        }
    }

    private void run(HookKind kind, int index, Hook hook, byte[] stateJson) {
        check(kind, index, hook);
        String name = kind.property() + " hook #" + index;
        try {
            HookStdio stdio = HookStdio.open(agent.kernel(), stateJson, output);
            try {
                Outcome outcome = agent.execute(execution(hook, inheritedEnv, directory, stdio), timeoutMillis(hook));
                if (!outcome.ok()) {
                    throw new RuntimeFailure("error running " + name + ": " + describe(hook, outcome, stdio));
                }
                if (log.isDebug()) {
                    log.debug(name + ": " + describe(hook, outcome, stdio));
                }
            } finally {
                stdio.close();
            }
        } catch (AgentException | KernelException | IllegalStateException e) {
            throw new RuntimeFailure("error running " + name + ": " + e.getMessage() + " (hook " + hook.path() + ")",
                    e);
        }
    }

    static void check(HookKind kind, int index, Hook hook) {
        String pointer = "/hooks/" + kind.property() + "/" + index;
        if (!hook.path().startsWith("/")) {
            throw new RuntimeFailure(pointer + "/path must be absolute, was \"" + hook.path() + "\"");
        }
        if (hook.timeout().isPresent() && hook.timeout().getAsLong() <= 0) {
            throw new RuntimeFailure(pointer + "/timeout must be greater than 0, was " + hook.timeout().getAsLong());
        }
    }

    static Execution execution(Hook hook, List<String> inheritedEnv, Optional<String> directory, HookStdio stdio) {
        return new Execution(hook.path(), hook.args().isEmpty() ? List.of(hook.path()) : hook.args(),
                hook.env().isPresent() ? hook.env().get() : inheritedEnv, directory, stdio.fd(0), stdio.fd(1),
                stdio.fd(2));
    }

    static long timeoutMillis(Hook hook) {
        if (hook.timeout().isEmpty()) {
            return -1;
        }
        // More than a century is no limit.
        return hook.timeout().getAsLong() > 1L << 32 ? -1 : hook.timeout().getAsLong() * 1000;
    }

    /** What happened, as runc says it, and after that what helps to find out why. */
    private String describe(Hook hook, Outcome outcome, HookStdio stdio) {
        StringBuilder text = new StringBuilder();
        if (outcome.timedOut()) {
            text.append("hook ran past specified timeout of ").append(hook.timeout().orElse(0)).append(".0s");
        } else if (outcome.failedCall().equals("execve")) {
            // The errno's name and not its text, which engines would take for a statement about the user's command.
            text.append("fork/exec ").append(hook.path()).append(": ").append(Errno.name(outcome.errno()));
        } else if (!outcome.failedCall().isEmpty()) {
            text.append(outcome.failedCall()).append(": ").append(Errno.name(outcome.errno()));
            if (outcome.failedCall().equals("chdir") && directory.isPresent()) {
                text.append(" for ").append(directory.get());
            }
        } else {
            text.append(WaitStatus.text(outcome.status()));
        }
        text.append(", stdout: ").append(stdio.text(1)).append(", stderr: ").append(stdio.text(2));
        text.append(" (hook ").append(hook.path());
        if (!hook.args().isEmpty()) {
            text.append(", args ").append(hook.args());
        }
        return text.append(", after ").append(outcome.nanos() / 1_000_000).append(" ms)").toString();
    }
}
