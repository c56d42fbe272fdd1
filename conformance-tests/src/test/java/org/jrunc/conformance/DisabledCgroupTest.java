package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --cgroup-manager disabled}: a container in the cgroup of its caller. */
@ExtendWith(NothingLeftExtension.class)
class DisabledCgroupTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private static String here() {
        return new Proc(ProcessHandle.current().pid()).file("cgroup");
    }

    @Test
    void theContainerStaysWhereItsCallerIs(Sandbox box) {
        OciRuntime runtime = box.runtime().withGlobals("--cgroup-manager", "disabled");
        Bundle bundle = box.bundle().args("cat", "/proc/self/cgroup").withoutMount("/sys/fs/cgroup");
        assertEquals(here(), new Container(runtime, bundle, box.newId()).run().ok().out());

        try (Container container = new Container(runtime, bundle.idle(), box.newId()).started()) {
            assertEquals(here(), container.init().file("cgroup"));
            // No later command needs the flag.
            OciRuntime plain = box.runtime();
            assertEquals("running", container.status());
            assertEquals(here(), plain.command("exec", container.id(), "cat", "/proc/self/cgroup").run().ok().out());
            plain.command("pause", container.id()).run().failsWith("has no cgroup with a freezer");
            plain.command("ps", container.id()).run().failsWith("has no cgroup");
            plain.command("update", "--pids-limit", "10", container.id()).run().failsWith("pids limit");
            plain.command("kill", container.id(), "KILL").run().ok();
            container.awaitStopped();
            plain.command("delete", container.id()).run().ok();
            container.state().failsWith("does not exist");
        }
    }

    @Test
    void limitsHaveNoEffectAndTheLogSaysSo(Sandbox box) throws IOException {
        OciRuntime runtime = box.runtime().withGlobals("--cgroup-manager=disabled", "--log", box.log().toString());
        Bundle bundle = box.bundle().sh("sleep 0 & wait; echo two at once").set("/linux/resources/pids/limit", 1);
        assertEquals("two at once\n", new Container(runtime, bundle, box.newId()).run().ok().out());
        assertTrue(Files.readString(box.log()).contains("/linux/resources has no effect: --cgroup-manager disabled"));
    }

    /** Neither the end of a pid namespace nor a cgroup finds those that init has left. */
    @ParameterizedTest
    @CsvSource({"true, KILL, 0", "false, TERM, 0", "false, KILL, 1"})
    void theLogSaysThatProcessesMayOutliveInit(boolean ownPidNamespace, String signal, int warnings, Sandbox box) {
        OciRuntime runtime = box.runtime().withGlobals("--cgroup-manager=disabled", "--log", box.log().toString());
        Bundle bundle = box.bundle().sh("trap 'exit 0' TERM; echo ready; while :; do read -t 0.1 x; done")
                .withoutMount("/sys/fs/cgroup");
        Bundle placed = ownPidNamespace ? bundle : bundle.withoutNamespace("pid");
        try (Container container = new Container(runtime, placed, box.newId()).started()) {
            container.awaitOut("ready");
            container.kill(signal).ok().silent();
            container.awaitStopped();
            assertEquals(warnings, box.warnings().stream()
                    .filter(line -> line.contains("failed to kill all processes")).count(), box.warnings().toString());
        }
    }

    @Test
    void podmanCanDoWithoutCgroups(Sandbox box) throws IOException {
        Needs.tool("podman");
        Needs.tool("conmon");
        Path home = box.newDirectory();
        Path conf = Files.writeString(home.resolve("containers.conf"), """
                [engine]
                runtime_supports_nocgroup = ["jrunc"]
                [engine.runtimes]
                jrunc = ["%s"]
                """.formatted(box.runtime().executable()));
        List<String> words = List.of("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--propagation",
                "private", "--kill-child", "sh", "-c", "mount -t tmpfs tmpfs /run && podman --root " + home
                        + "/root --runroot " + home + "/run --tmpdir " + home + "/tmp --storage-driver vfs"
                        + " --events-backend none --runtime jrunc run --rm --cgroups=disabled --network none"
                        + " --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 --rootfs " + box.bundle().save().rootfs()
                        + " sh -c 'cat /proc/self/cgroup; exit 3'");
        Result result = new Invocation(box.runtime().scratch(), words).env("CONTAINERS_CONF", conf.toString()).run()
                .exits(3);
        assertEquals(here(), result.out());
    }
}
