package org.jrunc.conformance.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.NothingLeftExtension;
import org.jrunc.conformance.Poll;
import org.jrunc.conformance.Result;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;
import org.jrunc.conformance.SystemdUser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** podman with {@code cgroup_manager = "systemd"}, so the runtime is called with {@code --systemd-cgroup}. */
@ParameterizedClass
@EnumSource
class PodmanSystemdTest {

    /** Whose containers. */
    enum Who { ROOT, USER }

    private static final String UNTIL_TOLD = "echo one; echo two >&2; trap 'echo bye; exit 33' TERM;"
            + " while :; do sleep 0.1; done";

    private static Sandbox box;
    private static SystemdUser user;
    private static Podman podman;
    private static List<String> before;

    @Parameter
    private Who who;

    @BeforeParameterizedClassInvocation
    static void start(Who who) {
        Needs.root();
        Needs.systemd();
        Needs.cgroupV2();
        Needs.tool("podman");
        Needs.tool("script");
        box = new Sandbox();
        if (who == Who.USER) {
            Needs.tool("newuidmap");
            Needs.tool("setpriv");
            user = SystemdUser.lingering();
        }
        podman = new Podman(box, who == Who.USER ? user.user() : null);
        before = podman.traces();
    }

    @AfterEach
    void nothingIsLeft() {
        podman.run("pod", "rm", "--all", "--force", "--time", "0").ok();
        podman.run("rm", "--all", "--force", "--time", "0").ok();
        Poll.within(Duration.ofSeconds(5), () -> podman.traces().equals(before));
        assertEquals(before, podman.traces());
    }

    @AfterParameterizedClassInvocation
    static void end() {
        if (podman != null) {
            podman.run("rmi", "--all", "--force").ok();
            podman = null;
        }
        if (user != null) {
            user.close();
            user = null;
        }
        if (box != null) {
            Shell.attempt("for m in $(cut -d' ' -f5 /proc/self/mountinfo | grep '^" + box.dir()
                    + "/' | sort -r); do umount $m; done");
            NothingLeftExtension.close(box);
            box = null;
        }
    }

    private static void assertFile(String expected, Path file) throws IOException {
        assertEquals(expected, Files.readString(file).strip(), file.toString());
    }

    @Test
    void aContainerIsAScopeFromItsStartToItsRemoval() throws Exception {
        String id = podman.detached("--name", "c1", "--memory", "64m", "--pids-limit", "30", "--cpus", "0.5",
                Podman.IMAGE, "sh", "-c", UNTIL_TOLD);
        String unit = "libpod-" + id + ".scope";
        Path cgroup = podman.cgroup("c1");
        assertTrue(cgroup.startsWith("/sys/fs/cgroup/" + (who == Who.ROOT ? "machine.slice" : "user.slice"))
                && cgroup.toString().contains("/" + unit), cgroup.toString());
        assertEquals("active", podman.show(unit, "ActiveState"));
        assertEquals("67108864", podman.show(unit, "MemoryMax"));
        assertEquals("30", podman.show(unit, "TasksMax"));
        assertFile("67108864", cgroup.resolve("memory.max"));
        assertFile("30", cgroup.resolve("pids.max"));
        assertFile("50000 100000", cgroup.resolve("cpu.max"));
        Result logs = podman.run("logs", "c1").ok();
        assertEquals("one\n", logs.out());
        assertEquals("two\n", logs.err());
        assertTrue(podman.run("ps", "--format", "{{.Names}} {{.Status}}").ok().out().startsWith("c1 Up"));
        assertTrue(podman.run("top", "c1", "args").ok().out().contains("sleep 0.1"));
        assertTrue(podman.run("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", "c1").ok().out()
                .matches("c1 [0-9.]+[kM]?B / 67.11MB\n"));

        podman.run("update", "--memory", "96m", "c1").ok();
        assertFile("100663296", cgroup.resolve("memory.max"));
        assertFile("30", cgroup.resolve("pids.max"));
        assertEquals("100663296", podman.show(unit, "MemoryMax"));

        podman.run("pause", "c1").ok();
        assertEquals("paused", podman.inspect("c1", "{{.State.Status}}"));
        assertTrue(Files.readString(cgroup.resolve("cgroup.events")).contains("frozen 1"));
        podman.run("exec", "c1", "true").refused();
        podman.run("unpause", "c1").ok();
        assertEquals("running", podman.inspect("c1", "{{.State.Status}}"));

        podman.run("stop", "--time", "60", "c1").ok();
        assertEquals("exited 33", podman.inspect("c1", "{{.State.Status}} {{.State.ExitCode}}"));
        assertTrue(podman.run("logs", "c1").ok().out().contains("bye"));
        assertEquals("not-found", podman.show(unit, "LoadState"));

        podman.run("start", "c1").ok();
        assertEquals("active", podman.show(unit, "ActiveState"));
        podman.run("kill", "c1").ok();
        assertEquals("137\n", podman.run("wait", "c1").ok().out());
        podman.run("rm", "c1").ok();
    }

    @Test
    void commandsOfAContainerRunInItsScope() {
        podman.detached("--name", "c1", Podman.IMAGE, "sleep", "1000");
        Result exec = podman.run("exec", "c1", "sh", "-c", "echo out; echo err >&2; exit 7").exits(7);
        assertEquals("out\n", exec.out());
        assertEquals("err\n", exec.err());
        assertEquals("abc", podman.command("exec", "-i", "c1", "cat").stdin("abc").run().ok().out());
        assertEquals("1000:/tmp\n", podman.run("exec", "--user", "1000", "--workdir", "/tmp", "c1", "sh", "-c",
                "echo $(id -u):$PWD").ok().out());
        assertTrue(podman.inATerminal("exec", "-it", "c1", "sh", "-c", "tty; test -t 0 -a -t 2 && exit 5").run()
                .exits(5).out().contains("/dev/pts/"));
        podman.run("exec", "-d", "c1", "sh", "-c", "sleep 77 & echo > /tmp/there; wait").ok();
        Poll.until("the command runs", () -> podman.run("exec", "c1", "test", "-e", "/tmp/there").exit() == 0);
        String scope = podman.cgroup("c1").toString();
        String where = Shell.sh("cut -d: -f3 /proc/$(pgrep -f '^sleep 77')/cgroup");
        assertTrue(("/sys/fs/cgroup" + where).startsWith(scope), where);
        podman.run("exec", "c1", "nosuchcmd").exits(127);
        podman.run("exec", "c1", "/etc/passwd").exits(126);
    }

    @Test
    void theProgramsStatusIsThatOfRun() {
        Result result = podman.run("run", "--rm", "--network", "none", Podman.IMAGE, "sh", "-c",
                "echo out; echo err >&2; exit 42").exits(42);
        assertEquals("out\n", result.out());
        assertEquals("err\n", result.err());
        assertEquals("abc", podman.command("run", "-i", "--rm", "--network", "none", Podman.IMAGE, "cat").stdin("abc")
                .run().ok().out());
        assertTrue(podman.inATerminal("run", "-it", "--rm", "--network", "none", Podman.IMAGE, "sh", "-c",
                "tty; test -t 0 -a -t 2 && exit 5").run().exits(5).out().contains("/dev/pts/0"));
        assertTrue(podman.run("run", "--rm", "--network", "none", Podman.IMAGE, "nosuchcmd").exits(127).err()
                .contains("nosuchcmd"));
        podman.run("run", "--rm", "--network", "none", Podman.IMAGE, "/etc/passwd").exits(126);
    }

    /** That memory ran out podman 4.3 does not say ({@code .State.OOMKilled}), whatever the runtime. */
    @Test
    void whoTakesMoreThanTheLimitIsKilled() {
        podman.run("run", "--name", "c1", "--network", "none", "--memory", "20m", "--memory-swap", "20m", Podman.IMAGE,
                "tail", "-c", "60000000", "/dev/zero").exits(137);
    }

    @Test
    void aPodIsASlice() {
        podman.run("pod", "create", "--name", "p1", "--network", "none", "--share", "net,ipc,uts").ok();
        podman.run("run", "--detach", "--pod", "p1", "--name", "a", Podman.IMAGE, "sh", "-c",
                "echo hello > /tmp/f; exec httpd -f -p 127.0.0.1:8099 -h /tmp").ok();
        String slice = podman.cgroup("a").getParent().toString();
        assertTrue(slice.matches(".*-libpod_pod_[0-9a-f]{64}\\.slice"), slice);
        Poll.until("the other container answers", () -> podman.run("run", "--rm", "--pod", "p1", Podman.IMAGE, "wget",
                "-qO-", "http://127.0.0.1:8099/f").out().equals("hello\n"));
        assertTrue(podman.run("pod", "top", "p1", "comm").ok().out().contains("httpd"));
        podman.run("pod", "pause", "p1").ok();
        assertEquals("paused", podman.inspect("a", "{{.State.Status}}"));
        podman.run("pod", "unpause", "p1").ok();
        podman.run("pod", "stop", "--time", "1", "p1").ok();
        assertEquals("exited", podman.inspect("a", "{{.State.Status}}"));
        podman.run("pod", "start", "p1").ok();
        assertEquals("running", podman.inspect("a", "{{.State.Status}}"));
    }

    /** The timer is a unit of systemd, too: it calls podman, and podman the runtime's {@code exec}. */
    @Test
    void itsHealthIsLookedAt() {
        // Systemd calls podman with the options and the environment of nobody: only a user's finds its storage.
        podman.detached("--name", "c1", "--health-cmd", "test -e /tmp/well", "--health-retries", "1",
                "--health-interval", who == Who.USER ? "2s" : "1h", Podman.IMAGE, "sleep", "1000");
        podman.run("healthcheck", "run", "c1").exits(1);
        podman.run("exec", "c1", "touch", "/tmp/well").ok();
        if (who == Who.USER) {
            assertTrue(Poll.within(Duration.ofSeconds(30), () -> podman.inspect("c1", "{{.State.Health.Status}}")
                    .equals("healthy")), () -> podman.inspect("c1", "{{json .State.Health}}"));
        } else {
            podman.run("healthcheck", "run", "c1").ok();
            assertEquals("healthy", podman.inspect("c1", "{{.State.Health.Status}}"));
        }
    }

    @Test
    void kubernetesObjectsArePlayed() throws IOException {
        Path file = podman.write("pod.yaml", """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: k1
                spec:
                  hostNetwork: true
                  containers:
                  - name: main
                    image: %s
                    imagePullPolicy: Never
                    command: ["sh", "-c", "echo $GREETING; exec sleep 1000"]
                    env:
                    - name: GREETING
                      value: hello
                    resources:
                      limits:
                        memory: 64Mi
                """.formatted(Podman.IMAGE));
        podman.run("kube", "play", file.toString()).ok();
        Poll.until("it has started", () -> podman.run("logs", "k1-main").out().equals("hello\n"));
        assertTrue(podman.cgroup("k1-main").getParent().toString().contains("libpod_pod_"));
        assertFile("67108864", podman.cgroup("k1-main").resolve("memory.max"));
        assertEquals("hello\n", podman.run("exec", "k1-main", "sh", "-c", "echo $GREETING").ok().out());
        podman.run("kube", "down", file.toString()).ok();
        assertNotEquals(0, podman.run("container", "exists", "k1-main").exit());
    }
}
