package org.jrunc.container;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.hooks.HookOutput;
import org.jrunc.hooks.HookRunner;
import org.jrunc.kernel.Signals;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Hook;
import org.jrunc.spec.HookKind;
import org.jrunc.spec.Hooks;
import org.jrunc.spec.Spec;
import org.jrunc.spec.SpecReader;
import org.jrunc.spec.State;
import org.jrunc.spec.StateJson;

/** The hooks that run on the host once a container is complete: poststart and poststop. */
final class HostHooks {

    private final RuntimeContext context;
    private final Container container;

    HostHooks(RuntimeContext context, Container container) {
        this.context = context;
        this.container = container;
    }

    /**
     * Runs the poststart hooks. When one fails, version 1.3 of the specification wants the container stopped and an
     * error; before, it was a warning, and the container's config.json says which version it was written for.
     */
    void poststart() {
        if (!container.record().poststart()) {
            return;
        }
        Spec spec = spec();
        List<Hook> hooks = hooks(spec).of(HookKind.POSTSTART);
        String state = StateJson.hook(container.state(), Status.RUNNING.text(), container.record().initPid());
        boolean strict = !spec.isBefore13();
        try {
            run(spec, HookKind.POSTSTART, hooks, state, strict);
        } catch (RuntimeFailure failed) {
            stop(failed);
            throw failed;
        }
    }

    private void stop(RuntimeFailure why) {
        StateRecord record = container.record();
        try {
            if (container.isAlive()) {
                new Kill(context).kill(container.directory().id(), Signals.SIGKILL, false);
                Teardown.awaitEnd(record.initPid(), record.initStartTime(), "container init still running");
            }
        } catch (RuntimeFailure alsoFailed) {
            why.addSuppressed(alsoFailed);
        }
    }

    /** Reads what the poststop hooks need, and returns what runs them after the container; failures only warn. */
    Runnable preparePoststop() {
        if (!container.record().poststop()) {
            return () -> { };
        }
        Spec spec = spec();
        State state = container.state();
        return () -> run(spec, HookKind.POSTSTOP, hooks(spec).of(HookKind.POSTSTOP),
                StateJson.hook(state, Status.STOPPED.text(), 0), false);
    }

    private Spec spec() {
        return SpecReader.read(container.directory().configFile().toPath());
    }

    private static Hooks hooks(Spec spec) {
        return spec.hooks().orElseThrow();
    }

    private void run(Spec spec, HookKind kind, List<Hook> hooks, String state, boolean strict) {
        try (HookAgent agent = new HookAgent(context, container.record().bundle(), spec.annotations())) {
            if (strict) {
                agent.runner().run(kind, hooks, state.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            } else {
                agent.runner().runAll(kind, hooks, state.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
    }

    /** An agent in the runtime's namespaces that runs hooks from the bundle's directory, or from / without one. */
    static final class HookAgent implements AutoCloseable {
        private final Agent agent;
        private final HookRunner runner;

        HookAgent(RuntimeContext context, String bundle, Map<String, String> annotations) {
            agent = context.process().spawn("jrunc:[HOOKS]");
            // A container may outlive its bundle.
            String directory = new File(bundle).isDirectory() ? bundle : "/";
            runner = new HookRunner(agent, context.log(), environment(context), Optional.of(directory),
                    HookOutput.of(annotations));
        }

        HookRunner runner() {
            return runner;
        }

        @Override
        public void close() {
            agent.close();
            agent.reap();
            agent.closeRegion();
        }
    }

    /** The caller's environment, which hooks without an env of their own inherit. */
    static List<String> environment(RuntimeContext context) {
        List<String> all = new ArrayList<>();
        for (Map.Entry<String, String> variable : context.environment().entrySet()) {
            all.add(variable.getKey() + "=" + variable.getValue());
        }
        return all;
    }
}
