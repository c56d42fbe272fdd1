package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code pause} and {@code resume}: nothing of the container runs in between. */
@ExtendWith(NothingLeftExtension.class)
class PauseTest {

    /** Counts in a file of the container's, by a child, so that more than one process has to stop. */
    private static final String COUNT = "(while :; do echo x >> /count; usleep 10000; done) & wait";

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void nothingRunsBetweenPauseAndResume(Sandbox box) throws Exception {
        try (Container container = box.container(box.bundle().sh(COUNT))) {
            container.started();
            Poll.until("it counts", () -> count(container) > 2);
            box.runtime().command("pause", container.id()).run().ok().silent();
            assertEquals("paused", container.status());
            long before = count(container);
            Thread.sleep(200);
            assertEquals(before, count(container));
            box.runtime().command("resume", container.id()).run().ok().silent();
            assertEquals("running", container.status());
            Poll.until("it counts again", () -> count(container) > before);
        }
    }

    private static long count(Container container) {
        return container.bundle().rootfs().resolve("count").toFile().length();
    }

    @Test
    void aCreatedContainerCanBePausedAndIsCreatedAgainAfterwards(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            box.runtime().command("pause", container.id()).run().ok();
            assertEquals("paused", container.status());
            box.runtime().command("resume", container.id()).run().ok();
            assertEquals("created", container.status());
            container.start().ok();
        }
    }

    @Test
    void killEndsAPausedContainer(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.started();
            box.runtime().command("pause", container.id()).run().ok();
            container.kill("KILL").ok();
            container.awaitStopped();
            container.delete().ok();
        }
    }

    @Test
    void anotherSignalWaitsUntilThePausedContainerGoesOn(Sandbox box) throws Exception {
        try (Container container = box.container(box.bundle().sh("trap 'exit 3' TERM; while :; do usleep 10000; done"))) {
            container.started();
            box.runtime().command("pause", container.id()).run().ok();
            container.kill("TERM").ok();
            Thread.sleep(100);
            assertEquals("paused", container.status());
            box.runtime().command("resume", container.id()).run().ok();
            container.awaitStopped();
        }
    }

    @Test
    void aContainerThatForksWithoutEndIsPausedAllTheSame(Sandbox box) {
        try (Container container = box.container(box.bundle().sh("while :; do true | true | true; done"))) {
            container.started();
            for (int i = 0; i < 5; i++) {
                box.runtime().command("pause", container.id()).timeout(Duration.ofSeconds(15)).run().ok();
                box.runtime().command("resume", container.id()).run().ok();
            }
        }
    }

    @Test
    void resumeSaysWhenACgroupAboveKeepsTheContainerFrozen(Sandbox box) throws Exception {
        Needs.jrunc(box, "runc says nothing and leaves it frozen");
        String above = Sandbox.MARK + "above";
        Path cgroup = Path.of(Cgroups.directory("freezer"), above);
        Path freezer = cgroup.resolve(Cgroups.areUnified() ? "cgroup.freeze" : "freezer.state");
        Bundle bundle = box.bundle().idle().set("/linux/cgroupsPath", "/" + above + "/inner");
        try (Container container = box.container(bundle)) {
            container.started();
            box.runtime().command("pause", container.id()).run().ok();
            Files.writeString(freezer, Cgroups.areUnified() ? "1" : "FROZEN");
            Result result = box.runtime().command("resume", container.id()).run();
            Files.writeString(freezer, Cgroups.areUnified() ? "0" : "THAWED");
            result.failsWith("is a cgroup above it frozen?");
            assertEquals("running", container.status());
        } finally {
            Shell.attempt("for d in /sys/fs/cgroup/" + above + " /sys/fs/cgroup/*/" + above + " /sys/fs/cgroup/*/*/*/"
                    + above + "; do rmdir $d; done");
        }
        assertFalse(Files.exists(cgroup));
    }
}
