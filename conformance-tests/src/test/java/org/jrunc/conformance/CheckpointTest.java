package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code checkpoint} and {@code restore} by the host's criu. */
@ExtendWith(NothingLeftExtension.class)
class CheckpointTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.tool("criu");
    }

    @Test
    void aProcessGoesOnWhereItWas(Sandbox box) throws Exception {
        Needs.criu();
        try (Container container = Checkpoints.counting(box)) {
            Path images = container.bundle().dir().resolve("images");
            Checkpoints.checkpoint(container, images).run().ok().silent();
            container.state().failsWith("container does not exist");
            int before = Checkpoints.count(container.bundle());
            Thread.sleep(300);
            assertEquals(before, Checkpoints.count(container.bundle()));
            Path pidFile = container.bundle().dir().resolve("pid");
            Checkpoints.restore(container, images, "--detach", "--pid-file", pidFile.toString()).run().ok().silent();
            assertEquals("running", container.status());
            assertEquals(container.init().pid(), Long.parseLong(Files.readString(pidFile)));
            Poll.until("it counts on", () -> Checkpoints.count(container.bundle()) > before);
            container.exec("/bin/true").ok();
            container.kill("KILL").ok();
            container.awaitStopped();
            container.delete().ok();
        }
    }

    @Test
    void inTheForegroundItsExitStatusIsThatOfTheRestore(Sandbox box) {
        Needs.criu();
        try (Container container = Checkpoints.counting(box)) {
            Path images = container.bundle().dir().resolve("images");
            Checkpoints.checkpoint(container, images).run().ok();
            container.bundle().file("/end", "");
            Result result = Checkpoints.restore(container, images).run();
            assertEquals(7, result.exit(), result.toString());
            container.state().failsWith("container does not exist");
        }
    }

    @Test
    void whatIsBoundIntoTheContainerMayComeFromElsewhereAfterwards(Sandbox box) {
        Needs.criu();
        Bundle bundle = box.bundle().sh("exec </dev/null >/dev/null 2>&1;"
                + " while :; do cat /in/file > /out; usleep 50000; done");
        Path first = bundle.file("first/file", "first").getParent();
        Path second = bundle.file("second/file", "second").getParent();
        bundle.file("/out", "");
        bundle.bind(first, "/in");
        try (Container container = box.container(bundle)) {
            container.started();
            Poll.until("it reads", () -> Checkpoints.content(bundle, "out").equals("first"));
            Path images = bundle.dir().resolve("images");
            Checkpoints.checkpoint(container, images).run().ok();
            bundle.withoutMount("/in").bind(second, "/in").save();
            Checkpoints.restore(container, images, "-d").run().ok();
            Poll.until("it reads", () -> Checkpoints.content(bundle, "out").equals("second"));
        }
    }

    @Test
    void aContainerCanRunOn(Sandbox box) {
        Needs.criu();
        try (Container container = Checkpoints.counting(box)) {
            Path images = container.bundle().dir().resolve("images");
            Checkpoints.checkpoint(container, images, "--leave-running").run().ok().silent();
            assertEquals("running", container.status());
            int before = Checkpoints.count(container.bundle());
            Poll.until("it counts on", () -> Checkpoints.count(container.bundle()) > before);
            assertTrue(Files.exists(images.resolve("descriptors.json")));
        }
    }

    /** As podman does it: the second is for containers in pods. */
    @Test
    void enginesFindOutThatTheRuntimeCanDoIt(Sandbox box) {
        box.runtime().command("checkpoint", "--help").run().ok();
        Result result = box.runtime().command("restore", "--lsm-profile").run().refused();
        assertTrue((result.out() + result.err()).contains("flag needs an argument"), result.toString());
    }

    @Test
    void aPausedContainerCanBeSaved(Sandbox box) {
        Needs.criu();
        try (Container container = Checkpoints.counting(box)) {
            Path images = container.bundle().dir().resolve("images");
            container.runtime().command("pause", container.id()).run().ok();
            int before = Checkpoints.count(container.bundle());
            Checkpoints.checkpoint(container, images, "--leave-running").run().ok();
            assertEquals("paused", container.status());
            Checkpoints.checkpoint(container, images).run().ok();
            assertEquals(before, Checkpoints.count(container.bundle()));
            Checkpoints.restore(container, images, "--detach").run().ok();
            assertEquals("running", container.status());
            Poll.until("it counts on", () -> Checkpoints.count(container.bundle()) > before);
        }
    }

    /** Then it is root of that namespace who reads the images. */
    @Test
    void aContainerWithAUserNamespaceCanBeSaved(Sandbox box) throws Exception {
        Needs.criu();
        try (Container container = Checkpoints.counting(box, box.bundle().userNamespace(100000, 65536))) {
            Path images = container.bundle().dir().resolve("images");
            Shell.sh("mkdir -m 755 " + images);
            Checkpoints.checkpoint(container, images).run().ok();
            int before = Checkpoints.count(container.bundle());
            Checkpoints.restore(container, images, "--detach").run().ok();
            Poll.until("it counts on", () -> Checkpoints.count(container.bundle()) > before);
            assertTrue(container.init().file("uid_map").contains("100000"));
        }
    }

    @Test
    void itsConnectionsToItselfGoOn(Sandbox box) {
        Needs.jrunc(box, "runc leaves lo down");
        Needs.criu();
        Bundle bundle = box.bundle().sh("exec </dev/null >/dev/null 2>&1; nc -l -p 7000 -e cat & sleep 1;"
                + " (i=0; while :; do i=$((i+1)); echo $i; sleep 0.1; done) | nc 127.0.0.1 7000 > /out");
        bundle.file("/out", "");
        try (Container container = box.container(bundle)) {
            container.started();
            Poll.until("it answers", () -> Checkpoints.content(bundle, "out").endsWith("\n3"));
            Path images = bundle.dir().resolve("images");
            Checkpoints.checkpoint(container, images).run().failsWith("consider using --tcp-established option");
            assertEquals("running", container.status());
            Checkpoints.checkpoint(container, images, "--tcp-established").run().ok();
            int before = lines(bundle);
            Checkpoints.restore(container, images, "--tcp-established", "--detach").run().ok();
            Poll.until("it answers", () -> lines(bundle) > before + 3);
            for (int i = 0; i < before + 3; i++) {
                assertEquals(i + 1, Integer.parseInt(Checkpoints.content(bundle, "out").split("\n")[i]));
            }
        }
    }

    private static int lines(Bundle bundle) {
        return Checkpoints.content(bundle, "out").split("\n").length;
    }

    @Test
    void memoryCanBeSavedBefore(Sandbox box) {
        Needs.criu("mem_dirty_track");
        try (Container container = Checkpoints.counting(box)) {
            Path directory = container.bundle().dir();
            Checkpoints.checkpoint(container, directory.resolve("parent"), "--pre-dump").run().ok().silent();
            assertEquals("running", container.status());
            Checkpoints.checkpoint(container, directory.resolve("images"), "--parent-path", "../parent").run().ok();
            int before = Checkpoints.count(container.bundle());
            Checkpoints.restore(container, directory.resolve("images"), "--detach").run().ok();
            Poll.until("it counts on", () -> Checkpoints.count(container.bundle()) > before);
        }
    }

    @Test
    void aContainerThatCanNotBeSavedRunsOn(Sandbox box) {
        // Its stdout is a file of the host, which criu can not find in the container.
        Bundle bundle = box.bundle().sh("i=0; while :; do i=$((i+1)); echo $i > /count; usleep 20000; done");
        bundle.file("/count", "0");
        try (Container container = box.container(bundle)) {
            container.started();
            Path images = bundle.dir().resolve("images");
            Result result = Checkpoints.checkpoint(container, images).run()
                    .failsWith("criu failed: type ", "dump.log");
            if (container.runtime().kind() == OciRuntime.Kind.JRUNC) {
                result.failsWith("Error (criu/");
            }
            assertEquals("running", container.status());
            int before = Checkpoints.count(bundle);
            Poll.until("it counts on", () -> Checkpoints.count(bundle) > before);
        }
    }

    @Test
    void onlyARunningContainerCanBeSaved(Sandbox box) {
        try (Container container = box.container(box.bundle().args("/bin/true"))) {
            Path images = container.bundle().dir().resolve("images");
            Checkpoints.checkpoint(container, images).run().failsWith("container does not exist");
            container.create().ok();
            Checkpoints.checkpoint(container, images).run()
                    .failsWith("Container cannot be checkpointed in created state");
            container.start().ok();
            container.awaitStopped();
            Checkpoints.checkpoint(container, images).run()
                    .failsWith("Container cannot be checkpointed in stopped state");
            assertFalse(Files.exists(images));
        }
    }

    @Test
    void aRestoreThatFailsLeavesNothing(Sandbox box) {
        Needs.jrunc(box, "another text");
        try (Container container = box.container(box.bundle().args("/bin/true"))) {
            container.bundle().save();
            Path images = container.bundle().dir().resolve("images");
            Checkpoints.restore(container, images, "-d").run().failsWith("--image-path");
            assertTrue(images.toFile().mkdir());
            Checkpoints.restore(container, images, "-d").run().failsWith("criu failed: type RESTORE", "Error (criu/");
            container.state().failsWith("container does not exist");
        }
    }

    @Test
    void flagsThatCanNotBeAreRefused(Sandbox box) {
        Needs.jrunc(box, "its own texts");
        try (Container container = box.container(box.bundle().idle())) {
            container.started();
            Path images = container.bundle().dir().resolve("images");
            Checkpoints.checkpoint(container, images, "--page-server", "host").run()
                    .failsWith("Use --page-server ADDRESS:PORT");
            Checkpoints.checkpoint(container, images, "--page-server", "host:x").run().failsWith("Invalid port number");
            Checkpoints.checkpoint(container, images, "--manage-cgroups-mode", "x").run()
                    .failsWith("Invalid manage cgroups mode");
            Checkpoints.checkpoint(container, images, "--empty-ns", "pid").run().failsWith("is not supported");
            Checkpoints.checkpoint(container, images, "--parent-path", "/abs").run()
                    .failsWith("--parent-path must be relative");
            Checkpoints.checkpoint(container, images, "--parent-path", "none").run().failsWith("invalid --parent-path");
            Checkpoints.checkpoint(container, images, "--lazy-pages", "--status-fd", "99").run()
                    .failsWith("invalid --status-fd argument 99");
            assertEquals("running", container.status());
        }
    }
}
