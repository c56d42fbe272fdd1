package org.jrunc.hooks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.Execution;
import org.jrunc.agent.Launch;
import org.jrunc.spec.Hook;
import org.jrunc.spec.HookKind;

/**
 * The startContainer hooks. They run inside of the container when {@code start} wakes init, and no brain is there any
 * more: they are made ready during {@code create} and become a part of init's last program. What they write is thrown
 * away, unless they fail.
 */
public final class StartHooks {

    /** Bytes of what init tells for certain: three words. */
    private static final int FAILURE = 24;

    private StartHooks() {
    }

    /**
     * Makes the hooks ready in init, when nothing but its last program is left to do.
     *
     * @param stateJson  the state that each gets on its stdin
     * @param processEnv environment of hooks whose config says nothing about it
     */
    public static List<Launch.Hook> prepare(Agent init, List<Hook> hooks, byte[] stateJson, List<String> processEnv,
            HookOutput output) {
        List<Launch.Hook> ready = new ArrayList<>();
        for (int i = 0; i < hooks.size(); i++) {
            Hook hook = hooks.get(i);
            HookRunner.check(HookKind.START_CONTAINER, i, hook);
            HookStdio stdio = HookStdio.open(init.kernel(), stateJson, output);
            ready.add(new Launch.Hook(HookRunner.execution(hook, processEnv, Optional.empty(), stdio),
                    HookRunner.timeoutMillis(hook)));
        }
        return ready;
    }

    /** The descriptors in init that must stay open until its last program. */
    public static int[] descriptors(List<Launch.Hook> hooks) {
        int[] all = new int[3 * hooks.size()];
        for (int i = 0; i < hooks.size(); i++) {
            Execution execution = hooks.get(i).execution();
            all[3 * i] = execution.stdin();
            all[3 * i + 1] = execution.stdout();
            all[3 * i + 2] = execution.stderr();
        }
        return all;
    }

    /**
     * Says what went wrong with a hook.
     *
     * @param hooks the hooks of config.json
     * @param told  what init told after {@link Launch#HOOK_FAILED}: index, wait status, time-out, output
     */
    public static String failure(List<Hook> hooks, byte[] told) {
        if (told.length < FAILURE) {
            return "error running startContainer hook: the container's init died while it reported a hook that failed";
        }
        ByteBuffer words = ByteBuffer.wrap(told).order(ByteOrder.nativeOrder());
        int index = (int) words.getLong();
        int status = (int) words.getLong();
        boolean timedOut = words.getLong() != 0;
        String stderr = new String(told, words.position(), words.remaining(), StandardCharsets.UTF_8).stripTrailing();
        Hook hook = hooks.get(index);
        String what = timedOut ? "hook ran past specified timeout of " + hook.timeout().orElse(0) + ".0s"
                : WaitStatus.text(status);
        return "error running startContainer hook #" + index + ": " + what + ", stdout: , stderr: " + stderr
                + " (hook " + hook.path() + ", /hooks/startContainer/" + index + ")";
    }
}
