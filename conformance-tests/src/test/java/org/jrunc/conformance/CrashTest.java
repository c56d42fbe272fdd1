package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The runtime is killed while it creates a container: nothing of it lives on, and it can be cleaned away. */
@ExtendWith(NothingLeftExtension.class)
class CrashTest {
    private static final int POINTS = 10;
    private static final int RUNS_PER_POINT = 5;

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** A bundle that gives create something to do: hooks, mounts, a mount to copy up, devices. */
    private static Bundle bundle(Sandbox box) {
        Bundle bundle = box.bundle().idle().hook("createRuntime", "true").hook("createContainer", "true")
                .hook("poststop", "true").mount("/opt", "tmpfs", "tmpfs", "tmpcopyup");
        for (int i = 0; i < 10; i++) {
            bundle.bind(bundle.dir(), "/mnt/" + i, "ro");
        }
        return bundle;
    }

    @Test
    void noProcessSurvivesAndDeleteLeavesNothing(Sandbox box) throws InterruptedException {
        Bundle bundle = bundle(box);
        long whole = durationOfCreate(box, bundle);
        long seed = Long.getLong("jrunc.seed", System.nanoTime());
        System.out.println("CrashTest: -Djrunc.seed=" + seed + ", create takes " + whole / 1000 + " µs");
        Random random = new Random(seed);
        List<String> faults = new ArrayList<>();
        int killed = 0;
        for (int point = 0; point < POINTS; point++) {
            // Every tenth of the duration has its point.
            long delay = (long) (whole * (point + random.nextDouble()) / POINTS);
            for (int run = 0; run < RUNS_PER_POINT; run++) {
                if (createAndKill(box, bundle, delay, faults)) {
                    killed++;
                }
            }
        }
        System.out.println("CrashTest: " + killed + " of " + POINTS * RUNS_PER_POINT
                + " were killed before they had ended");
        if (!faults.isEmpty()) {
            fail(faults.size() + " faults with seed " + seed + "\n" + String.join("\n", faults));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "INT", "QUIT", "TERM"})
    void aSignalThatEndsOtherCommandsDoesNotCutOffACreate(String signal, Sandbox box) {
        Path running = box.newDirectory().resolve("running");
        Bundle bundle = box.bundle().idle().hook("createRuntime", "grep SigIgn /proc/self/status > " + running
                + "; sleep 1");
        try (Container container = box.container(bundle)) {
            Invocation.Running create = container.invocation("create").start();
            Poll.until("the hook runs", () -> Shell.attempt("test -s " + running).exit() == 0);
            Shell.sh("kill -" + signal + " " + create.process().pid());
            create.await(Duration.ofSeconds(10)).ok();
            assertEquals("created", container.status());
            if (box.runtime().kind() == OciRuntime.Kind.JRUNC) {
                assertEquals("SigIgn:\t0000000000000000", Shell.sh("cat " + running).strip());
            }
        }
    }

    /** Whether create was still at work when it was killed. */
    private static boolean createAndKill(Sandbox box, Bundle bundle, long delay,
            List<String> faults) throws InterruptedException {
        Container container = box.container(bundle.remove("/linux/cgroupsPath"));
        Invocation.Running create = container.invocation("create").start();
        LockSupport.parkNanos(delay);
        create.process().destroyForcibly();
        create.process().waitFor(10, TimeUnit.SECONDS);
        boolean killed = create.process().exitValue() != 0;
        String when = "killed after " + delay / 1000 + " µs: ";
        if (killed && !Poll.within(Duration.ofSeconds(1), () -> processes(box).isEmpty())) {
            if (isComplete(container)) {
                killed = false;
            } else {
                faults.add(when + "alive " + processes(box));
            }
        }
        Result delete = container.delete("--force");
        if (delete.exit() != 0) {
            faults.add(when + delete);
        }
        Map<String, Set<String>> left = box.leftovers().find();
        if (!left.isEmpty()) {
            faults.add(when + "left " + left);
            box.leftovers().clean();
        }
        return killed;
    }

    /** Between the moment in which create lets init go and its own end there is a whole container already. */
    private static boolean isComplete(Container container) {
        return container.state().exit() == 0 && container.status().equals("created");
    }

    private static Set<String> processes(Sandbox box) {
        return box.leftovers().now().getOrDefault("process", Set.of());
    }

    private static long durationOfCreate(Sandbox box, Bundle bundle) {
        List<Long> durations = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            try (Container container = box.container(bundle.remove("/linux/cgroupsPath"))) {
                durations.add(container.create().ok().took().toNanos());
            }
        }
        return durations.stream().sorted().toList().get(2);
    }

    @Test
    void anInitThatWasKilledWhileWaitingIsAStoppedContainer(Sandbox box) {
        try (Container container = box.container(bundle(box))) {
            container.create().ok();
            Proc init = container.init();
            Shell.sh("kill -9 " + init.pid());
            Poll.until("init is gone", () -> !init.alive());
            assertEquals("stopped", container.status());
            container.delete().ok();
        }
    }
}
