package org.jrunc.conformance.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.NothingLeftExtension;
import org.jrunc.conformance.Poll;
import org.jrunc.conformance.Result;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code podman container checkpoint} and {@code restore}; podman asks the runtime whether it can do that. */
class PodmanCheckpointTest {

    private static final String COUNT = "i=0; while :; do i=$((i+1)); echo $i > /tmp/n; echo $i; sleep 0.1; done";

    private static Sandbox box;
    private static Podman podman;
    private static List<String> before;

    @BeforeAll
    static void start() {
        Needs.root();
        Needs.systemd();
        Needs.tool("podman");
        Needs.criu();
        box = new Sandbox();
        podman = new Podman(box, null);
        before = podman.traces();
    }

    @AfterEach
    void nothingIsLeft() {
        podman.run("pod", "rm", "--all", "--force", "--time", "0").ok();
        podman.run("rm", "--all", "--force", "--time", "0").ok();
        Poll.until("nothing is left of " + podman.traces(), () -> podman.traces().equals(before));
    }

    @AfterAll
    static void end() {
        if (podman != null) {
            podman.run("rmi", "--all", "--force").ok();
        }
        if (box != null) {
            Shell.attempt("for m in $(cut -d' ' -f5 /proc/self/mountinfo | grep '^" + box.dir()
                    + "/' | sort -r); do umount $m; done");
            NothingLeftExtension.close(box);
        }
    }

    /** A container c1 that counts, up to 3 at least. */
    private static void counting(String... flags) {
        String[] all = java.util.Arrays.copyOf(flags, flags.length + 6);
        System.arraycopy(new String[] {"--name", "c1", Podman.IMAGE, "sh", "-c", COUNT}, 0, all, flags.length, 6);
        podman.detached(all);
        Poll.until("it counts", () -> count("c1") > 3);
    }

    private static int count(String container) {
        String text = podman.run("exec", container, "cat", "/tmp/n").ok().out().strip();
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    private static Result checkpoint(String... flags) {
        return podman.run(words("checkpoint", flags));
    }

    private static Result restore(String... flags) {
        return podman.run(words("restore", flags));
    }

    private static String[] words(String command, String... flags) {
        String[] all = new String[flags.length + 2];
        all[0] = "container";
        all[1] = command;
        System.arraycopy(flags, 0, all, 2, flags.length);
        return all;
    }

    private static String status(String container) {
        return podman.inspect(container, "{{.State.Status}} {{.State.Checkpointed}}");
    }

    private static void countsOn(String container, int from) {
        assertEquals("running", podman.inspect(container, "{{.State.Status}}"));
        assertTrue(count(container) >= from, () -> "it began anew: " + count(container));
        int now = count(container);
        Poll.until("it counts on", () -> count(container) > now);
    }

    @Test
    void aContainerGoesOnWhereItWas() {
        counting();
        int saved = count("c1");
        Result result = checkpoint("--print-stats", "c1").ok();
        assertTrue(result.out().contains("\"frozen_time\""), result.toString());
        assertEquals("exited true", status("c1"));
        int said = podman.run("logs", "c1").ok().outLines().size();
        result = restore("--print-stats", "c1").ok();
        assertTrue(result.out().contains("\"restore_time\""), result.toString());
        countsOn("c1", saved);
        // Its output still goes where podman reads it.
        Poll.until("it says so", () -> podman.run("logs", "c1").ok().outLines().size() > said);
        podman.run("stop", "--time", "0", "c1").ok();
        assertEquals("exited", podman.inspect("c1", "{{.State.Status}}"));
    }

    @Test
    void itCanRunOnAndTheImagesCanStay() {
        counting();
        Path images = Path.of(podman.inspect("c1", "{{.StaticDir}}")).resolve("checkpoint");
        checkpoint("--leave-running", "c1").ok();
        countsOn("c1", 1);
        checkpoint("--keep", "c1").ok();
        assertTrue(Files.exists(images.resolve("inventory.img")));
        assertTrue(Files.exists(images.resolveSibling("dump.log")));
        restore("--keep", "c1").ok();
        assertTrue(Files.exists(images.resolveSibling("restore.log")));
        countsOn("c1", 1);
        checkpoint("c1").ok();
        restore("c1").ok();
        assertFalse(Files.exists(images));
        countsOn("c1", 1);
    }

    @Test
    void anArchiveIsRestoredUnderOtherNamesToo() {
        counting();
        podman.run("exec", "c1", "sh", "-c", "echo changed > /file").ok();
        int saved = count("c1");
        String archive = box.dir().resolve("checkpoint.tar").toString();
        checkpoint("--compress", "none", "--export", archive, "c1").ok();
        podman.run("rm", "c1").ok();
        restore("--import", archive).ok();
        restore("--import", archive, "--name", "c2").ok();
        for (String container : List.of("c1", "c2")) {
            countsOn(container, saved);
            assertEquals("changed\n", podman.run("exec", container, "cat", "/file").ok().out());
        }
    }

    @Test
    void memoryCanBeSavedBefore() {
        Needs.criu("mem_dirty_track");
        counting();
        int saved = count("c1");
        String first = box.dir().resolve("first.tar").toString();
        String second = box.dir().resolve("second.tar").toString();
        checkpoint("--pre-checkpoint", "--compress", "none", "--export", first, "c1").ok();
        countsOn("c1", saved);
        checkpoint("--with-previous", "--compress", "none", "--export", second, "c1").ok();
        podman.run("rm", "c1").ok();
        restore("--import-previous", first, "--import", second).ok();
        countsOn("c1", saved);
    }

    @Test
    void connectionsGoOnIfThatIsAskedFor() {
        Needs.jrunc(box, "runc leaves lo down");
        podman.detached("--name", "c1", Podman.IMAGE, "sh", "-c", "nc -l -p 7000 -e cat & sleep 1; (i=0;"
                + " while :; do i=$((i+1)); echo $i; sleep 0.1; done) | while read n; do echo $n; done"
                + " | nc 127.0.0.1 7000 | while read n; do echo $n > /tmp/n; done");
        Poll.until("it answers", () -> podman.run("exec", "c1", "cat", "/tmp/n").exit() == 0);
        int saved = count("c1");
        checkpoint("c1").refused();
        assertEquals("running false", status("c1"));
        checkpoint("--tcp-established", "c1").ok();
        restore("--tcp-established", "c1").ok();
        countsOn("c1", saved);
    }

    @Test
    void aContainerWithATerminalGoesOn() {
        counting("--tty");
        int saved = count("c1");
        checkpoint("c1").ok();
        restore("c1").ok();
        countsOn("c1", saved);
        assertEquals("/dev/pts/0\n", podman.run("exec", "c1", "readlink", "/proc/1/fd/0").ok().out());
    }
}
