package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a container: create, start, kill, delete, and what is refused in which state (runtime.md#lifecycle). */
@ExtendWith(NothingLeftExtension.class)
class LifecycleTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void goesFromCreatedOverRunningAndStoppedToUnknown(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok().silent();
            assertEquals("created", container.status());
            container.start().ok().silent();
            assertEquals("running", container.status());
            container.kill("KILL").ok().silent();
            container.awaitStopped();
            container.delete().ok().silent();
            container.state().failsWith("does not exist");
            assertEquals("", container.state().out());
        }
    }

    @Test
    void theProgramDoesNotRunBeforeStart(Sandbox box) {
        Bundle bundle = box.bundle().sh("echo ran");
        try (Container container = box.container(bundle)) {
            container.create().ok();
            Proc init = container.init();
            assertTrue(init.alive());
            assertEquals("", container.out());
            container.start().ok();
            container.awaitStopped();
            assertEquals("ran\n", container.out());
        }
    }

    @Test
    void initIsTheSameProcessBeforeAndAfterStart(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            Proc init = container.init();
            container.start().ok();
            assertEquals(init, container.init());
            assertEquals("1", init.status("NSpid").orElseThrow().split(" ")[1]);
        }
    }

    @Test
    void waitingInitIsNoJvmAndHasAtMost100KilobytesOfMemory(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            Proc init = container.init();
            assertTrue(init.alive());
            long rss = init.rssKb();
            assertTrue(rss > 0 && rss <= 100, "RSS of " + init + ": " + rss + " kB");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "start", "run -d"})
    void nothingOfTheRuntimeLivesOnBesideTheContainer(String command, Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            if (command.equals("run -d")) {
                container.runDetached().ok();
            } else {
                container.create().ok();
            }
            if (command.equals("start")) {
                container.start().ok();
            }
            long init = container.init().pid();
            List<Proc> others = Proc.all().stream()
                    .filter(p -> p.file("cgroup").contains(Sandbox.MARK) && p.alive())
                    .filter(p -> p.pid() != init && p.pid() != ProcessHandle.current().pid())
                    .filter(p -> !p.commandLine().equals("sleep 1000")).toList();
            assertEquals(List.of(), others);
            assertFalse(new Proc(init).isJvm());
        }
    }

    @Test
    void thePidFileHoldsThePidAndIsRelativeToTheCallersDirectory(Sandbox box) throws IOException {
        Path elsewhere = box.newDirectory();
        try (Container container = box.container(box.bundle().idle())) {
            container.invocation("create", "--pid-file", "here.pid").cwd(elsewhere).run().ok();
            assertEquals(String.valueOf(container.init().pid()), Files.readString(elsewhere.resolve("here.pid")));
            try (var files = Files.list(elsewhere)) {
                assertEquals(List.of(elsewhere.resolve("here.pid")), files.toList());
            }
        }
    }

    @Test
    void theBundleIsTheCallersDirectoryByDefault(Sandbox box) {
        Bundle bundle = box.bundle().sh("echo from the default bundle").save();
        String id = box.newId();
        Result result = box.runtime().command("run", id).cwd(bundle.dir()).run().ok();
        assertEquals("from the default bundle\n", result.out());
    }

    @Test
    void laterChangesOfTheConfigurationHaveNoEffect(Sandbox box) {
        Bundle bundle = box.bundle().sh("echo as created; hostname");
        try (Container container = box.container(bundle)) {
            container.create().ok();
            bundle.sh("echo changed").set("/hostname", "changed").save();
            container.start().ok();
            container.awaitStopped();
            assertEquals("as created\nconformance\n", container.out());
        }
    }

    @Test
    void aRunningContainerIsDeletedOnlyByForce(Sandbox box) {
        try (Container container = box.container(box.bundle().idle()).started()) {
            container.delete().failsWith("cannot delete container " + container.id() + " that is not stopped: running");
            assertEquals("running", container.status());
            Proc init = container.init();
            container.delete("--force").ok().silent();
            assertFalse(init.alive());
            container.state().failsWith("does not exist");
        }
    }

    @Test
    void aCreatedContainerIsDeletedWithoutForce(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            Proc init = container.init();
            container.delete().ok().silent();
            assertFalse(init.alive());
        }
    }

    @Test
    void whatIsUnknownCanNotBeUsed(Sandbox box) {
        Container unknown = box.container(box.bundle());
        unknown.state().failsWith("does not exist");
        unknown.start().failsWith("does not exist");
        unknown.kill("TERM").failsWith("does not exist");
        unknown.delete().failsWith("does not exist");
        unknown.delete("--force").ok().silent();
    }

    @Test
    void aRunningContainerIsNotStartedAgain(Sandbox box) {
        try (Container container = box.container(box.bundle().idle()).started()) {
            container.start().failsWith("cannot start an already running container");
            assertEquals("running", container.status());
        }
    }

    @Test
    void aStoppedContainerIsNeitherStartedNorKilled(Sandbox box) {
        try (Container container = box.container(box.bundle().args("true")).started()) {
            container.awaitStopped();
            container.start().failsWith("cannot start a container that has stopped");
            container.kill("TERM").failsWith("container not running");
            container.kill("KILL").failsWith("container not running");
            assertEquals("stopped", container.status());
            assertEquals(0, container.stateJson().path("pid").asInt(-1));
        }
    }

    @Test
    void startFailsInTimeWhenInitWasKilledBefore(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            Proc init = container.init();
            Shell.sh("kill -9 " + init.pid());
            Poll.until("init is gone", () -> !init.alive());
            assertEquals("stopped", container.status());
            Result start = container.start().exits(1);
            assertTrue(start.took().compareTo(Duration.ofSeconds(5)) < 0, start::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "SIGTERM", "sigterm", "15", ""})
    void killSendsTheSignalHoweverItIsWritten(String signal, Sandbox box) {
        Bundle bundle = box.bundle()
                .sh("trap 'echo got TERM; exit 0' TERM; echo ready; while :; do sleep 1000 & wait; done");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("ready");
            if (signal.isEmpty()) {
                box.runtime().command("kill", container.id()).run().ok().silent();
            } else {
                container.kill(signal).ok().silent();
            }
            container.awaitStopped();
            assertEquals("ready\ngot TERM\n", container.out());
        }
    }

    @Test
    void anUnknownSignalIsNamed(Sandbox box) {
        try (Container container = box.container(box.bundle().idle()).started()) {
            container.kill("NONSENSE").failsWith("unknown signal", "NONSENSE");
            assertEquals("running", container.status());
        }
    }

    @Test
    void killAllIsAcceptedAsEnginesStillPassIt(Sandbox box) {
        try (Container container = box.container(box.bundle().idle()).started()) {
            box.runtime().command("kill", "--all", container.id(), "9").run().ok();
            container.awaitStopped();
        }
    }

    @Test
    void theLastHolderOfTheStandardStreamsIsTheContainer(Sandbox box) {
        try (Container container = box.container(box.bundle().sh("echo out; echo err >&2"))) {
            Invocation create = container.invocation("create").prefixedWith("sh", "-c", "\"$@\" 2>&1 | cat", "sh");
            Invocation.Running pipe = create.start();
            Poll.until("it is created", () -> container.state().exit() == 0 && container.status().equals("created"));
            assertTrue(pipe.process().isAlive(), "init holds the pipe");
            container.start().ok();
            assertEquals("out\nerr\n", pipe.await(Duration.ofSeconds(5)).ok().out());
        }
    }

    @Test
    void childrenOfTheContainerDieWithIt(Sandbox box) {
        Bundle bundle = box.bundle().sh("sleep 1000 & sleep 1000 & echo ready; wait");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("ready");
            container.kill("KILL").ok();
            container.awaitStopped();
        }
    }

    @Test
    void withoutAPidNamespaceDeleteKillsWhatTheContainerLeft(Sandbox box) {
        Needs.controller("pids");
        Bundle bundle = box.bundle().withoutNamespace("pid").sh("setsid sleep 1234567 & echo ready; wait");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("ready");
            container.delete("--force").ok();
            Poll.until("the sleeper is gone", () -> Proc.all().stream()
                    .noneMatch(p -> p.commandLine().equals("sleep 1234567") && p.alive()));
        }
    }

    @Test
    void aCgroupThatTheContainerMadeGoesWithIt(Sandbox box) {
        Needs.controller("pids");
        String pids = Cgroups.directory("pids");
        Bundle bundle = box.bundle().namespace("cgroup").allCapabilities().withoutMount("/sys/fs/cgroup")
                .mount("/sys/fs/cgroup", "cgroup", "cgroup", "rw")
                .sh("mkdir -p " + pids + "/a/b && echo ready; sleep 1000");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("ready");
            Path made = Path.of(pids, container.id(), "a/b");
            assertTrue(Files.isDirectory(made), made::toString);
            container.delete("--force").ok();
            assertFalse(Files.exists(made.getParent().getParent()));
        }
    }
}
