package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The harness itself: a check for leftovers that finds nothing would make every other test worth less. */
@ExtendWith(NothingLeftExtension.class)
class HarnessTest {

    @Test
    void aForgottenContainerIsFoundAndCleanedAway(Sandbox box) {
        Needs.root();
        Container forgotten = box.container(box.bundle().idle());
        forgotten.create().ok();
        long pid = forgotten.init().pid();

        Map<String, Set<String>> found = box.leftovers().find();
        assertTrue(found.get("process").stream().anyMatch(p -> p.startsWith("pid " + pid + " ")), found::toString);
        assertEquals(Set.of(forgotten.stateDirectory().toString()), found.get("state"));
        assertTrue(found.get("cgroup").stream().anyMatch(c -> c.endsWith("/" + forgotten.id())), found::toString);

        box.leftovers().clean();
        assertEquals(Map.of(), box.leftovers().find());
    }

    @Test
    void aForgottenMountAndAProcessOutsideOfAContainerAreFound(Sandbox box) throws IOException {
        Needs.root();
        Process sleep = new ProcessBuilder("sleep", "100").start();
        Shell.sh("mount -t tmpfs none " + box.newDirectory());

        Map<String, Set<String>> found = box.leftovers().find();
        assertEquals(Set.of("pid " + sleep.pid() + " sleep 100"), found.get("process"));
        assertEquals(1, found.get("mount").size(), found::toString);

        box.leftovers().clean();
        assertEquals(Map.of(), box.leftovers().find());
    }

    @Test
    void aCommandThatDoesNotEndIsKilledAndFailsTheTest(Sandbox box) {
        Invocation endless = new Invocation(box.runtime().scratch(), List.of("sleep", "100"));
        AssertionError error = assertThrows(AssertionError.class,
                () -> endless.timeout(Duration.ofMillis(50)).run());
        assertTrue(error.getMessage().startsWith("no end within PT0.05S: sleep 100"), error::getMessage);
    }

    @Test
    void anExitCodeOtherThanTheExpectedFailsTheTest(Sandbox box) {
        Result result = new Invocation(box.runtime().scratch(), List.of("sh", "-c", "echo no >&2; exit 3")).run();
        assertTrue(assertThrows(AssertionError.class, result::ok).getMessage().contains("stderr: no"));
    }

    @Test
    void aBundleIsWrittenAsItWasChanged(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().set("/linux/resources/pids/limit", 7).remove("/mounts/0").add("/annotations/a", 1)
                .save();
        var config = Bundle.JSON.readTree(Files.readString(bundle.dir().resolve("config.json")));
        assertEquals(7, config.at("/linux/resources/pids/limit").asInt());
        assertEquals("/dev", config.at("/mounts/0/destination").asString());
        assertEquals(1, config.at("/annotations/a/0").asInt());
    }
}
