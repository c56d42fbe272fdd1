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
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec}: a further process in a running container. */
@ExtendWith(NothingLeftExtension.class)
class ExecTest {
    private static final String NAMESPACES = "cd /proc/%s/ns; for n in cgroup ipc mnt net pid user uts; do"
            + " readlink $n; done";

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private static Container running(Sandbox box) {
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

    static Stream<Arguments> namespaces() {
        return Stream.of(
                variant("the default", b -> { }),
                variant("a cgroup and a user namespace", b -> {
                    b.namespace("cgroup").userNamespace(700000, 65536);
                    Shell.sh("chown -h 700000:700000 " + b.rootfs() + " " + b.rootfs() + "/*");
                }),
                variant("the host's network, processes and queues", b -> b.withoutNamespace("pid")
                        .withoutNamespace("network").withoutNamespace("ipc").withoutMount("/dev/mqueue")));
    }

    private static Arguments variant(String name, Consumer<Bundle> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("namespaces")
    void isInTheNamespacesAndTheRootOfInit(String name, Consumer<Bundle> change, Sandbox box) {
        Bundle bundle = box.bundle().idle();
        change.accept(bundle);
        try (Container container = box.container(bundle).started()) {
            String expected = Shell.sh(NAMESPACES.formatted(container.init().pid()));
            assertEquals(expected + "\n", container.execSh(NAMESPACES.formatted("self")));
            assertTrue(container.execSh("ls /").contains("busybox") || container.execSh("ls /bin").contains("busybox"));
        }
    }

    @Test
    void isInTheTimeNamespaceOfInit(Sandbox box) {
        Needs.namespace("time");
        Bundle bundle = box.bundle().idle().namespace("time").set("/linux/timeOffsets",
                Map.of("monotonic", Map.of("secs", 777, "nanosecs", 0)));
        try (Container container = box.container(bundle).started()) {
            assertEquals(Shell.sh("readlink /proc/" + container.init().pid() + "/ns/time") + "\n",
                    container.execSh("readlink /proc/self/ns/time"));
        }
    }

    @Test
    void withoutAMountNamespaceTheRootIsInitsAllTheSame(Sandbox box) {
        Needs.jrunc(box, "runc's exec is in the host's root then");
        Bundle bundle = box.bundle().idle().withoutNamespace("mount").set("/mounts", List.of())
                .remove("/linux/maskedPaths").remove("/linux/readonlyPaths");
        bundle.file("/here", "");
        try (Container container = box.container(bundle).started()) {
            assertEquals("here\n", container.execSh("cd /..; ls here"));
        }
    }

    @Test
    void isInTheCgroupsOfInit(Sandbox box) {
        try (Container container = running(box)) {
            assertEquals(container.init().file("cgroup"), container.execSh("cat /proc/self/cgroup"));
        }
    }

    @Test
    void onlyTheStandardStreamsAreOpen(Sandbox box) {
        try (Container container = running(box)) {
            Invocation exec = container.execWith(List.of(), "sh", "-c", "cd /proc/$$/fd; echo *")
                    .prefixedWith("bash", "-c", "exec 3</ 4</etc 7</etc/passwd 100</; exec \"$@\"", "bash");
            // busybox's shell keeps its script nowhere open: what it lists beyond 2 is the directory it reads.
            String open = exec.run().ok().out();
            assertTrue(open.equals("0 1 2\n") || open.equals("0 1 2 3\n"), open);
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
    void noNewPrivilegesCanBeTakenBack(Sandbox box) {
        try (Container container = box.container(box.bundle().idle().set("/process/noNewPrivileges", true)).started()) {
            assertEquals("NoNewPrivs:\t0\n", container.execWith(List.of("--no-new-privs=false"), "grep", "NoNewPrivs",
                    "/proc/self/status").run().ok().out());
            assertEquals("NoNewPrivs:\t1\n", container.exec("grep", "NoNewPrivs", "/proc/self/status").ok().out());
        }
    }

    /** CVE-2022-29162: what is added is never inheritable. */
    @Test
    void addedCapabilitiesAreNotInheritable(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/process/capabilities", Map.of("bounding", List.of("CAP_KILL"),
                "effective", List.of("CAP_KILL"), "permitted", List.of("CAP_KILL")));
        try (Container container = box.container(bundle).started()) {
            String caps = container.execWith(List.of("--cap", "CAP_CHOWN", "-c", "CAP_NET_RAW"), "sh", "-c",
                    "grep ^Cap /proc/self/status | tr -d '\\t' | sed 's/00000000//'").run().ok().out();
            assertEquals("CapInh:00000000\nCapPrm:00002021\nCapEff:00002021\nCapBnd:00002021\nCapAmb:00000000\n", caps);
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
    void theContainersFilterHoldsForItAsWell(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/linux/seccomp", Map.of("defaultAction", "SCMP_ACT_ALLOW",
                "syscalls", List.of(Map.of("names", List.of("mkdir", "mkdirat"), "action", "SCMP_ACT_ERRNO",
                        "errnoRet", 42))));
        for (boolean privileges : new boolean[] {true, false}) {
            bundle.set("/process/noNewPrivileges", !privileges);
            try (Container container = box.container(bundle).started()) {
                Result result = container.exec("mkdir", "/tmp/x");
                assertTrue(result.err().contains("No message of desired type"), result::toString);
                assertEquals("Seccomp:\t2\n", container.exec("grep", "Seccomp:", "/proc/self/status").ok().out());
            }
        }
    }

    @Test
    void sharesTheSessionKeyringOfTheContainer(Sandbox box) {
        Needs.file("/proc/keys");
        Bundle bundle = box.bundle().remove("/linux/maskedPaths");
        try (Container container = box.container(bundle)) {
            String look = "grep -F '_ses." + container.id() + ":' /proc/keys | cut -c1-8; ";
            bundle.sh(look + "echo end; sleep 1000");
            container.started();
            container.awaitOut("end");
            String key = container.out().replace("end\n", "");
            assertTrue(key.matches("[0-9a-f]{8}\n"), key);
            assertEquals(key, container.execSh(look));
        }
    }

    @Test
    void subCgroupsArePerControllerOnV1(Sandbox box) {
        Needs.cgroupV1();
        try (Container container = running(box)) {
            String cpu = Cgroups.path(container, "cpu");
            Shell.sh("mkdir " + cpu + "/below");
            String path = container.execWith(List.of("--cgroup", "cpu:below"), "grep", "-E", ":(cpu|memory):",
                    "/proc/self/cgroup").run().ok().out().replaceAll("(?m)^\\d+:", "");
            String id = container.id();
            assertTrue(path.contains("cpu:/" + id + "/below\n"), path);
            assertTrue(path.contains("memory:/" + id + "\n"), path);
            assertTrue(container.execWith(List.of("--cgroup", "cpu:/"), "cat", "/proc/self/cgroup").run().ok().out()
                    .contains(":cpu:/" + id + "\n"));
            container.execWith(List.of("--cgroup", "below"), "true").run().exits(255);
        }
    }

    @Test
    void subCgroupsOfV2(Sandbox box) {
        Needs.cgroupV2();
        try (Container container = running(box)) {
            Shell.sh("mkdir " + Cgroups.path(container) + "/below");
            String below = container.init().file("cgroup").strip() + "/below\n";
            for (String path : List.of("below", "/below", "/x/../below")) {
                assertEquals(below, container.execWith(List.of("--cgroup", path), "cat", "/proc/self/cgroup").run()
                        .ok().out());
            }
            container.execWith(List.of("--cgroup", "nowhere"), "true").run().exits(255);
            container.execWith(List.of("--cgroup", "../x"), "true").run().exits(255);
        }
    }

    /** Where controllers are handed down there may be no process on v2, so the one of exec goes where init went. */
    @Test
    void joinsTheCgroupThatTheContainerMovedTo(Sandbox box) {
        Needs.cgroupV2();
        try (Container container = running(box)) {
            String own = Cgroups.path(container).toString();
            Shell.sh("cd " + own + " && mkdir leaf && for p in $(cat cgroup.procs); do echo $p > leaf/cgroup.procs;"
                    + " done && echo +pids > cgroup.subtree_control");
            assertEquals(container.init().file("cgroup"), container.exec("cat", "/proc/self/cgroup").ok().out());
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

    @ParameterizedTest
    @CsvSource({"0, '', 0", "'', 1, 1", "1, 0, 0"})
    void runsOnTheCpusOfItsAffinity(String initial, String last, String expected, Sandbox box) {
        Needs.jrunc(box, "runc of Debian 12 knows no execCPUAffinity");
        org.junit.jupiter.api.Assumptions.assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two CPUs");
        boolean kept = !Shell.sh("uname -r").matches("[1-5]\\..*|6\\.[01]\\..*");
        org.junit.jupiter.api.Assumptions.assumeTrue(kept || !last.isEmpty(),
                "needs Linux 6.2: until then who enters a cpuset gets all its CPUs");
        Bundle bundle = box.bundle().idle().set("/process/execCPUAffinity", Map.of("initial", initial, "final", last));
        try (Container container = box.container(bundle).started()) {
            assertEquals("Cpus_allowed_list:\t" + expected + "\n",
                    container.exec("grep", "Cpus_allowed_list", "/proc/self/status").ok().out());
        }
    }

    @Test
    void theAffinityOfTheCallerIsNotInherited(Sandbox box) {
        Needs.jrunc(box, "runc resets it since 1.3.1");
        try (Container container = running(box)) {
            String all = Shell.sh("grep Cpus_allowed_list /proc/" + container.init().pid() + "/status");
            assertEquals(all + "\n", container.execWith(List.of(), "grep", "Cpus_allowed_list", "/proc/self/status")
                    .prefixedWith("taskset", "1").run().ok().out());
        }
    }

    @Test
    void writesNothingAndMountsNothing(Sandbox box) {
        try (Container container = running(box)) {
            String look = "cat /proc/self/mountinfo; ls -la --time-style=full-iso " + container.stateDirectory();
            String before = Shell.sh(look);
            container.exec("true").ok();
            assertEquals(before, Shell.sh(look));
        }
    }

    /** CVE-2024-21626: a descriptor of the host's, leaked by the caller, is no way out for a working directory. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7, 8, 9, 10})
    void aLeakedDescriptorIsNoWorkingDirectory(int fd, Sandbox box) {
        try (Container container = running(box)) {
            Result result = container.execWith(List.of("--cwd", "/proc/self/fd/" + fd), "pwd")
                    .prefixedWith("bash", "-c", "exec " + fd + "</sys/fs/cgroup; exec \"$@\"", "bash").run();
            assertTrue(result.exit() == 255 && result.err().contains("chdir to cwd"), result::toString);
        }
    }

    /**
     * CVE-2016-9962: a container that may trace everything must not find anything of the host's in a process to be. It
     * may find the container's own root, which the process opens to look up its user and its working directory.
     */
    @Test
    void nothingOfTheHostIsToBeFoundInAJoiningProcess(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().allCapabilities().sh("echo ready; while :; do for p in /proc/[0-9]*; do"
                + " case ${p#/proc/} in 1|$$) ;; *) for f in $p/fd/[3-9] $p/fd/[1-9][0-9]; do"
                + " l=$(readlink $f) && case $l in /*) [ $l = /proc ] || [ $f -ef / ] || echo leak $p $l;; esac;"
                + " done; [ -e $p/exe ] &&"
                + " e=$(readlink $p/exe) && case $e in */busybox) ;; *) echo exe $e;; esac ;; esac; done; done");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("ready");
            // Until the container has caught one in the act.
            for (int i = 0; i < 50 && !container.out().contains("memfd:"); i++) {
                container.execWith(List.of(), "true").prefixedWith("bash", "-c",
                        "exec 3</ 4</etc 9</root; exec \"$@\"", "bash").run().ok();
            }
            List<String> seen = container.out().lines().filter(l -> l.startsWith("leak")
                    || l.startsWith("exe") && !l.contains("/memfd:jrunc-agent")).distinct().toList();
            assertEquals(List.of(), seen);
            assertTrue(container.out().contains("exe /memfd:"), "nothing was seen");
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
