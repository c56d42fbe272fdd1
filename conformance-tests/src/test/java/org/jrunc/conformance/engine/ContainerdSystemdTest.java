package org.jrunc.conformance.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jrunc.conformance.Invocation;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.NothingLeftExtension;
import org.jrunc.conformance.OciRuntime;
import org.jrunc.conformance.Poll;
import org.jrunc.conformance.Result;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** containerd, told by {@code ctr} that its shim is to call the runtime with {@code --systemd-cgroup}. */
class ContainerdSystemdTest {
    private static Sandbox box;
    private static Process daemon;
    private static Path socket;

    @BeforeAll
    static void start() throws IOException {
        Needs.root();
        Needs.systemd();
        Needs.cgroupV2();
        Needs.tool("containerd");
        Needs.tool("ctr");
        Needs.tool("script");
        box = new Sandbox();
        socket = box.dir().resolve("containerd.sock");
        Path config = Files.writeString(box.dir().resolve("config.toml"), """
                version = 2
                root = "%s"
                state = "%s"
                disabled_plugins = ["io.containerd.grpc.v1.cri"]
                [grpc]
                address = "%s"
                """.formatted(box.dir().resolve("lib"), box.dir().resolve("run"), socket));
        daemon = new ProcessBuilder("containerd", "--config", config.toString()).redirectErrorStream(true)
                .redirectOutput(box.dir().resolve("containerd.log").toFile()).start();
        assertTrue(Poll.within(Duration.ofSeconds(20), () -> ctr("version").exit() == 0), "containerd does not answer");
    }

    @AfterAll
    static void end() throws InterruptedException {
        if (daemon != null) {
            daemon.destroy();
            daemon.waitFor();
        }
        if (box != null) {
            NothingLeftExtension.close(box);
        }
    }

    private static Result ctr(String... words) {
        return command(words).run();
    }

    private static Invocation command(String... words) {
        List<String> all = new ArrayList<>(List.of("ctr", "--address", socket.toString(), "--namespace", "jt"));
        all.addAll(List.of(words));
        return new Invocation(box.dir().resolve("out"), all).timeout(Duration.ofSeconds(60));
    }

    /** {@code ctr run} of a root file system of busybox, in the scope {@code jt-ID.scope}. */
    private static Invocation run(String id, List<String> flags, String... program) {
        List<String> words = new ArrayList<>(List.of("run", "--runc-binary",
                OciRuntime.executableUnderTest().toString(), "--runc-systemd-cgroup", "--cgroup",
                "system.slice:jt:" + id, "--env", "PATH=/bin", "--rootfs"));
        words.addAll(flags);
        words.add(box.bundle().rootfs().toString());
        words.add(id);
        words.addAll(List.of(program));
        return command(words.toArray(String[]::new));
    }

    private static String show(String id, String property) {
        return Shell.sh("systemctl show --value -p " + property + " jt-" + id + ".scope");
    }

    private static Path cgroup(String id) {
        return Path.of("/sys/fs/cgroup/system.slice/jt-" + id + ".scope");
    }

    private static boolean is(String id, String status) {
        return ctr("task", "ls").ok().outLines().stream().anyMatch(l -> l.matches(id + " .* " + status));
    }

    private static void assertGone(String id) {
        assertEquals("not-found", show(id, "LoadState"));
        assertTrue(Files.notExists(cgroup(id)));
        assertTrue(Files.notExists(Path.of("/run/containerd/runc/jt", id)));
    }

    @Test
    void theProgramsStatusIsThatOfRun() {
        String id = box.newId();
        // Not up to the end of the input: ctr forgets to close it if the end comes before the task.
        Result result = run(id, List.of("--rm"), "sh", "-c", "echo out; echo err >&2; head -c 2; exit 42").stdin("in")
                .run().exits(42);
        assertEquals("out\nin", result.out());
        assertEquals("err\n", result.err());
        assertGone(id);
        String terminal = String.join(" ", run(id, List.of("--rm", "--tty"), "sh", "-c",
                "'tty; test -t 0 -a -t 2 && exit 5'").builder().command());
        Result inTerminal = new Invocation(box.dir().resolve("out"), List.of("script", "--quiet", "--return",
                "--command", terminal, "/dev/null")).timeout(Duration.ofSeconds(60)).run().exits(5);
        assertTrue(inTerminal.out().contains("/dev/pts/0"), inTerminal.toString());
        assertGone(id);
        Result missing = run(id, List.of("--rm"), "nosuchcmd").run().refused();
        assertTrue(missing.err().contains("executable file not found in $PATH"), missing.toString());
        assertGone(id);
    }

    @Test
    void aTaskIsAScopeFromItsStartToItsRemoval() throws Exception {
        String id = box.newId();
        run(id, List.of("--detach", "--memory-limit", "67108864", "--cpu-quota", "50000"), "sh", "-c",
                "trap 'exit 33' TERM; while :; do sleep 0.1; done").run().ok();
        assertTrue(is(id, "RUNNING"));
        assertEquals("active", show(id, "ActiveState"));
        assertEquals("67108864", show(id, "MemoryMax"));
        assertEquals("67108864", Files.readString(cgroup(id).resolve("memory.max")).strip());
        assertEquals("50000 100000", Files.readString(cgroup(id).resolve("cpu.max")).strip());

        Result exec = ctr("task", "exec", "--exec-id", "e1", id, "sh", "-c", "echo out; echo err >&2; exit 7").exits(7);
        assertEquals("out\n", exec.out());
        assertEquals("err\n", exec.err());
        String line = String.join(" ", command("task", "exec", "--tty", "--exec-id", "e2", id, "sh", "-c",
                "'tty; test -t 0 && exit 5'").builder().command());
        assertTrue(new Invocation(box.dir().resolve("out"), List.of("script", "--quiet", "--return", "--command", line,
                "/dev/null")).timeout(Duration.ofSeconds(60)).run().exits(5).out().contains("/dev/pts/"));
        ctr("task", "exec", "--detach", "--exec-id", "e3", id, "sleep", "1000").ok();
        assertTrue(ctr("task", "ps", id).ok().out().contains("e3"));
        String metrics = ctr("task", "metrics", id).ok().out();
        assertTrue(metrics.contains("67108864") && metrics.contains("pids.current"), metrics);

        ctr("task", "pause", id).ok();
        assertTrue(is(id, "PAUSED"));
        assertTrue(Files.readString(cgroup(id).resolve("cgroup.events")).contains("frozen 1"));
        ctr("task", "resume", id).ok();
        assertTrue(is(id, "RUNNING"));
        ctr("task", "kill", "--signal", "SIGTERM", id).ok();
        Poll.until("the task has stopped", () -> is(id, "STOPPED"));
        assertTrue(ctr("task", "rm", id).err().contains("exit code 33"));
        ctr("container", "rm", id).ok();
        assertGone(id);
    }

    @Test
    void whoTakesMoreThanTheLimitIsKilledAndSaidSo() {
        String id = box.newId();
        Invocation.Running events = command("events").start();
        run(id, List.of("--rm", "--memory-limit", "20971520"), "sh", "-c",
                "tail -c 60000000 /dev/zero; code=$?; sleep 2; exit $code").run().exits(137);
        Poll.until("it is told", () -> events.soFar().out().contains("/tasks/oom"));
        events.process().destroy();
        assertGone(id);
    }
}
