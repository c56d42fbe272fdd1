package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code checkpoint} and {@code restore} by the host's criu. */
@ExtendWith(NothingLeftExtension.class)
class CheckpointTest {

    /** Counts in a variable, so that only the very process can go on counting. Ends with 7 when it is told to. */
    private static final String COUNT = "exec </dev/null >/dev/null 2>&1; i=0;"
            + " while [ ! -e /end ]; do i=$((i+1)); echo $i > /count; usleep 20000; done; exit 7";

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.tool("criu");
    }

    private static void needsCriuThatWorks() {
        Shell.Outcome check = Shell.attempt("criu check 2>&1");
        String reason = check.output().strip();
        assumeTrue(check.exit() == 0, "criu does not work on this kernel: " + reason.lines().findFirst().orElse(""));
    }

    private static int count(Bundle bundle) {
        String text = content(bundle, "count");
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    private static String content(Bundle bundle, String file) {
        try {
            return Files.readString(bundle.rootfs().resolve(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Container counting(Sandbox box) {
        Bundle bundle = box.bundle().sh(COUNT);
        bundle.file("/count", "0");
        Container container = box.container(bundle);
        container.started();
        Poll.until("it counts", () -> count(bundle) > 3);
        return container;
    }

    private static Invocation checkpoint(Container container, Path images, String... flags) {
        return command(container, "checkpoint", images, flags);
    }

    private static Invocation restore(Container container, Path images, String... flags) {
        String[] all = java.util.Arrays.copyOf(flags, flags.length + 2);
        all[flags.length] = "--bundle";
        all[flags.length + 1] = container.bundle().dir().toString();
        return command(container, "restore", images, all);
    }

    private static Invocation command(Container container, String command, Path images, String... flags) {
        String[] words = new String[flags.length + 4];
        words[0] = command;
        words[1] = "--image-path";
        words[2] = images.toString();
        System.arraycopy(flags, 0, words, 3, flags.length);
        words[words.length - 1] = container.id();
        return container.runtime().command(words);
    }

    @Test
    void aProcessGoesOnWhereItWas(Sandbox box) throws Exception {
        needsCriuThatWorks();
        try (Container container = counting(box)) {
            Path images = container.bundle().dir().resolve("images");
            checkpoint(container, images).run().ok().silent();
            container.state().failsWith("container does not exist");
            int before = count(container.bundle());
            Thread.sleep(300);
            assertEquals(before, count(container.bundle()));
            Path pidFile = container.bundle().dir().resolve("pid");
            restore(container, images, "--detach", "--pid-file", pidFile.toString()).run().ok().silent();
            assertEquals("running", container.status());
            assertEquals(container.init().pid(), Long.parseLong(Files.readString(pidFile)));
            Poll.until("it counts on", () -> count(container.bundle()) > before);
            container.exec("/bin/true").ok();
            container.kill("KILL").ok();
            container.awaitStopped();
            container.delete().ok();
        }
    }

    @Test
    void inTheForegroundItsExitStatusIsThatOfTheRestore(Sandbox box) {
        needsCriuThatWorks();
        try (Container container = counting(box)) {
            Path images = container.bundle().dir().resolve("images");
            checkpoint(container, images).run().ok();
            container.bundle().file("/end", "");
            Result result = restore(container, images).run();
            assertEquals(7, result.exit(), result.toString());
            container.state().failsWith("container does not exist");
        }
    }

    @Test
    void whatIsBoundIntoTheContainerMayComeFromElsewhereAfterwards(Sandbox box) {
        needsCriuThatWorks();
        Bundle bundle = box.bundle().sh("exec </dev/null >/dev/null 2>&1;"
                + " while :; do cat /in/file > /out; usleep 50000; done");
        Path first = bundle.file("first/file", "first").getParent();
        Path second = bundle.file("second/file", "second").getParent();
        bundle.file("/out", "");
        bundle.bind(first, "/in");
        try (Container container = box.container(bundle)) {
            container.started();
            Poll.until("it reads", () -> content(bundle, "out").equals("first"));
            Path images = bundle.dir().resolve("images");
            checkpoint(container, images).run().ok();
            bundle.withoutMount("/in").bind(second, "/in").save();
            restore(container, images, "-d").run().ok();
            Poll.until("it reads", () -> content(bundle, "out").equals("second"));
        }
    }

    @Test
    void aContainerCanRunOn(Sandbox box) {
        needsCriuThatWorks();
        try (Container container = counting(box)) {
            Path images = container.bundle().dir().resolve("images");
            checkpoint(container, images, "--leave-running").run().ok().silent();
            assertEquals("running", container.status());
            int before = count(container.bundle());
            Poll.until("it counts on", () -> count(container.bundle()) > before);
            assertTrue(Files.exists(images.resolve("descriptors.json")));
        }
    }

    @Test
    void memoryCanBeSavedBefore(Sandbox box) {
        needsCriuThatWorks();
        assumeTrue(Shell.attempt("criu check --feature mem_dirty_track").exit() == 0,
                "the kernel does not track memory");
        try (Container container = counting(box)) {
            Path directory = container.bundle().dir();
            checkpoint(container, directory.resolve("parent"), "--pre-dump").run().ok().silent();
            assertEquals("running", container.status());
            checkpoint(container, directory.resolve("images"), "--parent-path", "../parent").run().ok();
            int before = count(container.bundle());
            restore(container, directory.resolve("images"), "--detach").run().ok();
            Poll.until("it counts on", () -> count(container.bundle()) > before);
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
            checkpoint(container, images).run().failsWith("criu failed: type ").failsWith("dump.log");
            assertEquals("running", container.status());
            int before = count(bundle);
            Poll.until("it counts on", () -> count(bundle) > before);
        }
    }

    @Test
    void onlyARunningContainerCanBeSaved(Sandbox box) {
        try (Container container = box.container(box.bundle().args("/bin/true"))) {
            Path images = container.bundle().dir().resolve("images");
            checkpoint(container, images).run().failsWith("container does not exist");
            container.create().ok();
            checkpoint(container, images).run().failsWith("Container cannot be checkpointed in created state");
            container.start().ok();
            container.awaitStopped();
            checkpoint(container, images).run().failsWith("Container cannot be checkpointed in stopped state");
            assertFalse(Files.exists(images));
        }
    }

    @Test
    void aRestoreThatFailsLeavesNothing(Sandbox box) {
        Needs.jrunc(box, "another text");
        try (Container container = box.container(box.bundle().args("/bin/true"))) {
            container.bundle().save();
            Path images = container.bundle().dir().resolve("images");
            restore(container, images, "-d").run().failsWith("--image-path");
            assertTrue(images.toFile().mkdir());
            restore(container, images, "-d").run().failsWith("criu failed: type RESTORE");
            container.state().failsWith("container does not exist");
        }
    }

    @Test
    void flagsThatCanNotBeAreRefused(Sandbox box) {
        Needs.jrunc(box, "its own texts");
        try (Container container = box.container(box.bundle().idle())) {
            container.started();
            Path images = container.bundle().dir().resolve("images");
            checkpoint(container, images, "--page-server", "host").run().failsWith("Use --page-server ADDRESS:PORT");
            checkpoint(container, images, "--page-server", "host:x").run().failsWith("Invalid port number");
            checkpoint(container, images, "--manage-cgroups-mode", "x").run().failsWith("Invalid manage cgroups mode");
            checkpoint(container, images, "--empty-ns", "pid").run().failsWith("is not supported");
            checkpoint(container, images, "--parent-path", "/abs").run().failsWith("--parent-path must be relative");
            checkpoint(container, images, "--parent-path", "none").run().failsWith("invalid --parent-path");
            checkpoint(container, images, "--lazy-pages", "--status-fd", "99").run()
                    .failsWith("invalid --status-fd argument 99");
            assertEquals("running", container.status());
        }
    }
}
