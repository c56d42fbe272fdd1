package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec}: a further process in a running container. */
@ExtendWith(NothingLeftExtension.class)
class ExecTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** An idle container that runs. */
    static Container running(Sandbox box) {
        return box.container(box.bundle().idle()).started();
    }

    private static Path processFile(Sandbox box, Map<String, Object> process) throws IOException {
        return Files.writeString(box.newDirectory().resolve("process.json"), Bundle.JSON.writeValueAsString(process));
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 7, 7", "kill -9 $$, 137", "kill -TERM $$, 143"})
    void exitsAsTheProgramDoes(String script, int expected, Sandbox box) {
        try (Container container = running(box)) {
            container.exec("/bin/sh", "-c", script).exits(expected).silent();
        }
    }

    @Test
    void passesStandardStreamsThroughSeparately(Sandbox box) {
        try (Container container = running(box)) {
            Result result = container.execWith(List.of(), "sh", "-c", "cat; echo problem >&2").stdin("typed\n").run();
            assertEquals("typed\n", result.ok().out());
            assertEquals("problem\n", result.err());
        }
    }

    @Test
    void preservedDescriptorsArriveUnderTheirNumbersAndListenFdsDoNot(Sandbox box) {
        try (Container container = running(box)) {
            container.bundle().file("three", "three ");
            container.bundle().file("four", "four ");
            Invocation exec = container.execWith(List.of("--preserve-fds", "2"), "sh", "-c",
                    "cat <&3; cat <&4; [ -e /proc/self/fd/5 ] || echo no 5 [$LISTEN_FDS]").prefixedWith("bash", "-c",
                    "exec 3<three 4<four 5</etc/passwd; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$@\"", "bash")
                    .cwd(container.bundle().dir());
            assertEquals("three four no 5 []\n", exec.run().ok().out());
        }
    }

    @Test
    void runsAsTheConfigurationSaysUnlessFlagsSayOtherwise(Sandbox box) {
        Bundle bundle = box.bundle().idle().env("COLOUR", "red").set("/process/cwd", "/tmp")
                .set("/process/user", Map.of("uid", 1000, "gid", 1001, "umask", 027, "additionalGids", List.of(5)))
                .add("/process/rlimits", Map.of("type", "RLIMIT_CORE", "hard", 4096, "soft", 1024));
        String look = "id -u; id -g; id -G; umask; pwd; echo $COLOUR; ulimit -c; grep NoNewPrivs /proc/self/status";
        try (Container container = box.container(bundle).started()) {
            assertEquals("1000\n1001\n1001 5\n0027\n/tmp\nred\n2\nNoNewPrivs:\t0\n", container.execSh(look));
            Result flags = container.execWith(List.of("--user", "7:8", "-g", "50", "-g", "51", "--cwd", "/etc", "-e",
                    "COLOUR=blue,green", "--no-new-privs"), "sh", "-c", look).run();
            assertEquals("7\n8\n8 5 50 51\n0027\n/etc\nblue,green\n2\nNoNewPrivs:\t1\n", flags.ok().out());
        }
    }

    @Test
    void aProcessFileReplacesTheConfiguredProcessAndTheFlags(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().idle().env("COLOUR", "red");
        Path file = processFile(box, Map.of("args",
                List.of("sh", "-c", "id -u; id -G; pwd; echo [$COLOUR$SHAPE]; ulimit -n"), "cwd", "/tmp",
                "env", List.of("PATH=/bin", "SHAPE=round"),
                "user", Map.of("uid", 3, "gid", 4, "additionalGids", List.of(9)),
                "rlimits", List.of(Map.of("type", "RLIMIT_NOFILE", "hard", 77, "soft", 66))));
        try (Container container = box.container(bundle).started()) {
            Result result = container.execWith(List.of("--process", file.toString(), "--user", "99", "--tty")).run();
            assertEquals("3\n4 9\n/tmp\n[round]\n66\n", result.ok().out());
        }
    }

    @Test
    void whatAProcessFileDoesNotSayIsTheContainers(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().idle().capabilities(List.of("CAP_KILL")).set("/process/oomScoreAdj", 123)
                .add("/process/rlimits", Map.of("type", "RLIMIT_CORE", "hard", 4096, "soft", 1024));
        Path file = processFile(box, Map.of("cwd", "/", "env", List.of("PATH=/bin"), "args",
                List.of("sh", "-c", "ulimit -c; grep CapEff /proc/self/status; cat /proc/self/oom_score_adj")));
        try (Container container = box.container(bundle).started()) {
            assertEquals("2\nCapEff:\t0000000000000020\n123\n",
                    container.execWith(List.of("-p", file.toString())).run().ok().out());
        }
    }

    @Test
    void laterEditsOfTheBundleHaveNoEffect(Sandbox box) throws IOException {
        Needs.jrunc(box, "runc reads the bundle once more");
        try (Container container = running(box)) {
            Files.delete(container.bundle().dir().resolve("config.json"));
            container.exec("true").ok();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, /root", "1000, /home/guest", "4711, /"})
    void homeIsThatOfThePasswdFileInside(int uid, String home, Sandbox box) {
        Bundle bundle = box.bundle().idle();
        bundle.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nguest:x:1000:1000::/home/guest:/bin/sh\n");
        try (Container container = box.container(bundle).started()) {
            assertEquals(home + "\n", container.execWith(List.of("-u", "" + uid), "sh", "-c", "echo $HOME").run()
                    .ok().out());
        }
    }

    @Test
    void detachedLeavesTheProgramRunningAndNoRuntimeBehind(Sandbox box) throws IOException {
        Path pidFile = box.newDirectory().resolve("pid");
        try (Container container = running(box)) {
            container.bundle().file("/tmp/go", "").toFile().delete();
            Result exec = container.execWith(List.of("--detach", "--pid-file", pidFile.toString()), "sh", "-c",
                    "while ! [ -e /tmp/go ]; do usleep 10000; done; echo later").run().ok().silent();
            Proc program = new Proc(Long.parseLong(Files.readString(pidFile)));
            assertTrue(program.alive());
            assertFalse(program.isJvm());
            assertEquals(container.init().link("ns/mnt"), program.link("ns/mnt"));
            container.bundle().file("/tmp/go", "");
            Poll.until("the program ends", () -> !program.alive());
            assertEquals("later\n", exec.out());
        }
    }

    @Test
    void theForegroundProcessIsSmallOnceTheProgramRuns(Sandbox box) {
        Needs.jrunc(box, "the peers stay what they are");
        try (Container container = running(box)) {
            Invocation.Running exec = container.execWith(List.of(), "sh", "-c", "echo ready; exec sleep 1000").start();
            Poll.until("it runs", () -> exec.soFar().out().contains("ready"));
            Proc proc = new Proc(exec.process().pid());
            assertFalse(proc.isJvm());
            assertTrue(proc.rssKb() < 1000, () -> proc.rssKb() + " kB");
            exec.process().destroy();
            exec.await(Duration.ofSeconds(10)).exits(143);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP", "USR1"})
    void forwardsSignals(String signal, Sandbox box) {
        try (Container container = running(box)) {
            Invocation.Running exec = container.execWith(List.of(), "sh", "-c", "trap 'echo got it; exit 5' " + signal
                    + "; echo ready; while :; do sleep 1000 & wait; done").start();
            Poll.until("it runs", () -> exec.soFar().out().contains("ready"));
            Shell.sh("kill -" + signal + " " + exec.process().pid());
            assertEquals("ready\ngot it\n", exec.await(Duration.ofSeconds(10)).exits(5).out());
        }
    }

    @Test
    void theProgramOutlivesAnExecThatIsKilled(Sandbox box) throws IOException {
        Path pidFile = box.newDirectory().resolve("pid");
        try (Container container = running(box)) {
            Invocation.Running exec = container.execWith(List.of("--pid-file", pidFile.toString()), "sh", "-c",
                    "echo ready; exec sleep 1000").start();
            Poll.until("it runs", () -> exec.soFar().out().contains("ready"));
            exec.process().destroyForcibly();
            exec.await(Duration.ofSeconds(10));
            assertTrue(new Proc(Long.parseLong(Files.readString(pidFile))).alive());
        }
    }

    @Test
    void worksInAContainerThatIsNotStartedYet(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            assertEquals("hi\n", container.execSh("echo hi"));
            assertEquals("created", container.status());
            container.start().ok();
            container.exec("true").ok();
        }
    }

    @Test
    void ignorePausedWaitsForThePausedContainer(Sandbox box) {
        try (Container container = running(box)) {
            String freezer = Cgroups.path(container, "freezer") + Cgroups.either("/freezer.state", "/cgroup.freeze");
            String frozen = Cgroups.either("FROZEN", "1");
            String thawed = Cgroups.either("THAWED", "0");
            Shell.sh("echo " + frozen + " > " + freezer + "; until grep -q " + frozen + " " + freezer
                    + "; do sleep 0.01; done");
            try {
                Result refused = container.exec("true").exits(255);
                assertTrue(refused.err()
                        .contains("cannot exec in a paused container (use --ignore-paused to override)"));
                Invocation.Running exec = container.execWith(List.of("--ignore-paused"), "echo", "resumed").start();
                Shell.sh("sleep 0.7");
                assertTrue(exec.process().isAlive(), () -> "" + exec.soFar());
                Shell.sh("echo " + thawed + " > " + freezer);
                assertEquals("resumed\n", exec.await(Duration.ofSeconds(10)).ok().out());
            } finally {
                Shell.sh("echo " + thawed + " > " + freezer);
            }
        }
    }

    @Test
    void aPidfdOfTheProcessIsSent(Sandbox box) throws Exception {
        Needs.jrunc(box, "runc has it since 1.2");
        Needs.tool("python3");
        Path socket = box.newDirectory().resolve("s");
        Process listener = new ProcessBuilder("python3", "-c", """
                import socket, sys
                s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(1); print('up', flush=True)
                m, f, _, _ = socket.recv_fds(s.accept()[0], 64, 1)
                print(m.decode(), [l.split()[1] for l in open('/proc/self/fdinfo/%d' % f[0]) if l.startswith('Pid')][0])
                """, socket.toString()).redirectErrorStream(true).start();
        try (Container container = running(box); var lines = listener.inputReader()) {
            assertEquals("up", lines.readLine());
            Path pidFile = box.newDirectory().resolve("pid");
            container.execWith(List.of("-d", "--pidfd-socket", socket.toString(), "--pid-file", pidFile.toString()),
                    "sleep", "1000").run().ok();
            assertEquals("setns " + Files.readString(pidFile), lines.readLine());
        } finally {
            listener.destroyForcibly().waitFor();
        }
    }

    @Test
    void manyAtOnceAllWork(Sandbox box) {
        try (Container container = running(box)) {
            List<Invocation.Running> all = Stream.generate(() -> container.execWith(List.of(), "sh", "-c",
                    "echo $0; exit 3")).limit(12).map(Invocation::start).toList();
            for (Invocation.Running exec : all) {
                assertEquals("sh\n", exec.await(Duration.ofSeconds(60)).exits(3).out());
            }
        }
    }
}
