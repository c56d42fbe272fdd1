package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run}: create, start, wait and delete in one, with the container's streams, signals and exit code. */
@ExtendWith(NothingLeftExtension.class)
class RunTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 7, 7", "exit 255, 255", "kill -9 $$, 137", "kill -TERM $$; exit 3, 3"})
    void endsWithTheExitCodeOfTheContainer(String script, int expected, Sandbox box) {
        Container container = box.container(box.bundle().sh(script));
        // Pid 1 of a namespace can not kill itself: there the signal comes from a pid namespace that is the host's.
        if (script.contains("-9")) {
            container.bundle().withoutNamespace("pid");
        }
        container.run().exits(expected);
        container.state().failsWith("does not exist");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "KILL, 137", "USR1, 138"})
    void aContainerKilledByASignalGives128AndItsNumber(String signal, int expected, Sandbox box) {
        Bundle bundle = box.bundle().withoutNamespace("pid").sh("echo ready; exec sleep 1000");
        try (Container container = box.container(bundle)) {
            Invocation.Running run = container.invocation("run").start();
            Poll.until("it runs", () -> run.soFar().out().contains("ready"));
            container.kill(signal).ok();
            run.await(Duration.ofSeconds(10)).exits(expected);
        }
    }

    @Test
    void passesStandardStreamsThroughSeparately(Sandbox box) {
        Container container = box.container(box.bundle().sh("read a; read b; echo \"$b\"; echo \"$a\" >&2; cat"));
        Result result = container.invocation("run").stdin("one\ntwo\nthree").run().ok();
        assertEquals("two\nthree", result.out());
        assertEquals("one\n", result.err());
    }

    @Test
    void passesManyBytesThroughAPipeWithoutLoss(Sandbox box) throws IOException {
        Container container = box.container(box.bundle()
                .sh("dd if=/dev/zero bs=65536 count=64 2>/dev/null | tr '\\0' x"));
        Process run = container.invocation("run").builder().start();
        byte[] all = run.getInputStream().readAllBytes();
        assertEquals(64 * 65536, all.length);
        assertTrue(new String(all, StandardCharsets.US_ASCII).chars().allMatch(c -> c == 'x'));
        Poll.until("run ends", () -> !run.isAlive());
        assertEquals(0, run.exitValue());
    }

    @Test
    void endOfInputReachesTheContainer(Sandbox box) throws IOException {
        Container container = box.container(box.bundle().sh("cat; echo end"));
        Process run = container.invocation("run").builder().start();
        run.getOutputStream().write("typed\n".getBytes(StandardCharsets.UTF_8));
        run.getOutputStream().close();
        assertEquals("typed\nend\n", new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        Poll.until("run ends", () -> !run.isAlive());
    }

    @Test
    void detachedRunLeavesTheContainerRunningAndItsOutputWithTheCaller(Sandbox box) {
        Bundle bundle = box.bundle().sh("while ! [ -e /tmp/go ]; do usleep 10000; done; echo later");
        try (Container container = box.container(bundle)) {
            container.runDetached().ok().silent();
            assertEquals("running", container.status());
            bundle.file("/tmp/go", "");
            container.awaitStopped();
            assertEquals("later\n", container.out());
            assertEquals("stopped", container.status());
        }
    }

    @Test
    void keepLeavesAStoppedContainer(Sandbox box) {
        try (Container container = box.container(box.bundle().sh("exit 3"))) {
            container.run("--keep").exits(3);
            assertEquals("stopped", container.status());
            assertTrue(Files.isDirectory(container.stateDirectory()));
            container.delete().ok();
            assertFalse(Files.exists(container.stateDirectory()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP", "USR1", "USR2", "WINCH"})
    void forwardsSignals(String signal, Sandbox box) {
        Bundle bundle = box.bundle().sh("trap 'echo got " + signal + "; exit 5' " + signal
                + "; echo ready; while :; do sleep 1000 & wait; done");
        try (Container container = box.container(bundle)) {
            Invocation.Running run = container.invocation("run").start();
            Poll.until("it runs", () -> run.soFar().out().contains("ready"));
            if (signal.equals("WINCH")) {
                Shell.sh("kill -WINCH " + run.process().pid());
                Shell.sh("kill -TERM " + run.process().pid());
                assertTrue(run.process().isAlive(), "SIGWINCH is no signal to end by");
                container.kill("KILL").ok();
                run.await(Duration.ofSeconds(10)).exits(137);
            } else {
                Shell.sh("kill -" + signal + " " + run.process().pid());
                Result result = run.await(Duration.ofSeconds(10)).exits(5);
                assertEquals("ready\ngot " + signal + "\n", result.out());
            }
        }
    }

    @Test
    void theContainerOutlivesAForegroundRunThatIsKilled(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            Invocation.Running run = container.invocation("run").start();
            Poll.until("it runs", () -> container.state().exit() == 0 && container.status().equals("running"));
            run.process().destroyForcibly();
            run.await(Duration.ofSeconds(10));
            assertEquals("running", container.status());
        }
    }

    @Test
    void theForegroundProcessIsSmallOnceTheContainerRuns(Sandbox box) {
        Needs.jrunc(box, "the peers stay what they are, 10 MB and 2 MB");
        try (Container container = box.container(box.bundle().idle())) {
            Invocation.Running run = container.invocation("run").start();
            Poll.until("it runs", () -> container.state().exit() == 0 && container.status().equals("running"));
            Proc proc = new Proc(run.process().pid());
            Poll.until("the JVM has turned into an agent", () -> !proc.isJvm() && proc.rssKb() < 1000);
            container.kill("KILL").ok();
            run.await(Duration.ofSeconds(10)).exits(137);
        }
    }

    @Test
    void aPidFileIsWrittenByRunToo(Sandbox box) throws IOException {
        Path pidFile = box.newDirectory().resolve("pid");
        try (Container container = box.container(box.bundle().idle())) {
            container.runDetached("--pid-file", pidFile.toString()).ok();
            assertEquals(String.valueOf(container.init().pid()), Files.readString(pidFile));
        }
    }
}
