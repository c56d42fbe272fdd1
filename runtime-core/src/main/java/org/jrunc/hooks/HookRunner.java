package org.jrunc.hooks;

import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Hook;
import org.jrunc.spec.HookKind;

/** Skeleton. */
public final class HookRunner {

    /** Skeleton. */
    public HookRunner(Agent agent, RuntimeLog log, List<String> inheritedEnv, Optional<String> directory,
            HookOutput output) {
        throw new UnsupportedOperationException("not built yet " + agent + log + inheritedEnv + directory + output);
    }

    /** Runs hooks one after the other; throws RuntimeFailure at the first that fails. */
    public void run(HookKind kind, List<Hook> hooks, byte[] stateJson) {
        throw new UnsupportedOperationException("not built yet " + kind + hooks + stateJson.length);
    }

    /** Runs all hooks; one that fails is a warning in the log. */
    public void runAll(HookKind kind, List<Hook> hooks, byte[] stateJson) {
        throw new UnsupportedOperationException("not built yet " + kind + hooks + stateJson.length);
    }
}
