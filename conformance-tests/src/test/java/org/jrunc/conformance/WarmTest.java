package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server carries out is the same as what a JVM of its own does: output, status, and all that is inherited. */
@ExtendWith(NothingLeftExtension.class)
class WarmTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** Command lines on the container ID, one after the other; those with a second word in capitals wait for it. */
    private static final List<String> COMMANDS = List.of("list", "list -q", "list -f json", "list -f yaml", "state ID",
            "create", "create --bundle /nowhere ID", "create --bundle BUNDLE ID", "create --bundle BUNDLE ID",
            "create --bundle BUNDLE a/b", "create --bundle BAD ID2", "state ID", "list -q", "list -f json", "exec ID true",
            "ps ID", "start ID", "start ID", "start nosuch", "state ID", "ps -f json ID",
            "exec ID echo hello",
            "exec ID sh -c \"echo out; echo err >&2; exit 7\"", "exec ID sh -c \"kill -9 $$\"", "exec ID nosuchprogram",
            "exec --cwd /etc ID pwd", "exec --env A=B ID env", "exec --user 1000:50 ID id", "exec -d ID true",
            "exec -d --pid-file /nowhere/pid ID true", "exec ID", "exec -p /nowhere ID", "exec --nosuchflag ID true",
            "pause ID", "pause ID", "state ID", "exec ID true", "resume ID", "resume ID", "update --pids-limit 40 ID",
            "update --memory many ID", "kill ID NOSUCH", "kill ID 0", "delete ID", "kill ID KILL", "STOPPED", "state ID",
            "kill ID TERM", "ps ID", "exec ID true", "start ID", "delete ID", "delete ID", "delete --force ID", "state ID",
            "run --bundle BAD ID", "run --bundle ECHO ID", "run --bundle MISSING ID", "run -d --bundle BUNDLE ID", "state ID",
            "delete --force ID", "--debug --log LOG list -q", "--log-format json state ID", "--log /no/where list",
            "--root /proc/nosuch list", "--version", "help", "help exec", "exec --help", "nosuchcommand", "state",
            "spec -b /no", "features", "--cgroup-manager other list", "--log-level loud list");

    @Test
    void everyCommandSaysAndEndsTheSame(Sandbox box) {
        Bundle bundle = box.bundle().idle();
        Bundle bad = box.bundle().idle().set("/process/cwd", "relative").save();
        Bundle echo = box.bundle().sh("echo out; echo err >&2; exit 3");
        Bundle missing = box.bundle().args("/no/such/program");
        String id = box.newId();
        List.of(bundle, bad, echo, missing).forEach(b -> b.set("/linux/cgroupsPath", "/" + id).save());
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            Shell.sh("mkdir " + box.runtime().root());
            List<List<String>> texts = new ArrayList<>();
            for (String mode : List.of("off", "on")) {
                List<String> text = new ArrayList<>();
                for (String line : COMMANDS) {
                    if (line.equals("STOPPED")) {
                        new Container(place.runtime(), bundle, id).awaitStopped();
                        continue;
                    }
                    String words = line.replaceAll("\\bID\\b", id).replace("BUNDLE", bundle.dir().toString())
                            .replace("BAD", bad.dir().toString()).replace("ECHO", echo.dir().toString())
                            .replace("MISSING", missing.dir().toString()).replace("LOG", box.log().toString());
                    Result result = place.runtime().command("@").prefixedWith("sh", "-c",
                            "j=$1; root=$3; exec \"$j\" --root \"$root\" " + words, "sh").env("JRUNC_WARM", mode).run();
                    text.add(line + " -> " + result.exit() + "\n" + alike(result.out(), id) + "\n"
                            + alike(result.err(), id));
                }
                texts.add(text);
            }
            for (int i = 0; i < texts.get(0).size(); i++) {
                assertEquals(texts.get(0).get(i), texts.get(1).get(i));
            }
            // Not those that the server leaves to a JVM of their own, nor those that fail before there is a command.
            assertTrue(server.served() > 60, () -> server.served() + " served");
        }
    }

    /** Output without times and process ids. */
    private static String alike(String text, String id) {
        return text.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME").replaceAll("\"pid\":\\s*\\d+", "PID")
                .replaceAll("(?m)^(" + id + " +)\\d+ ", "$1PID ").replaceAll("(?m)^root +\\d+ +\\d+ .* (\\S+)$", "root PS $1")
                .replaceAll("\\[\\d+(,\\d+)*]", "PIDS").replaceAll("pid \\d+", "pid N").replaceAll(" {2,}", " ");
    }

    /** What a shell sets before it calls jrunc, and a container shows. */
    @ParameterizedTest
    @ValueSource(strings = {"true", "umask 0027", "ulimit -n 123; ulimit -c 0; ulimit -s 4096",
        "echo 321 > /proc/self/oom_score_adj", "renice -n 7 -p $$ > /dev/null", "ionice -c 3 -p $$",
        "taskset -p 1 $$ > /dev/null",
        "exec 3< /etc/hostname 4> /dev/null 5< /etc; export PRESERVE=3", "exec 3< /etc/hostname; export LISTEN_FDS=1",
        "exec 7< /etc/hostname", "trap '' USR1 PIPE HUP", "cd /usr/share",
        "export A=b LC_ALL=de_DE.UTF-8 PATH=$PATH:/nowhere",
        "export A=b JAVA_TOOL_OPTIONS=-Dnonsense _JAVA_OPTIONS=-Dnonsense CLASSPATH=/ LD_BIND_NOW="})
    void whatTheCallerHandsDownIsTheSame(String setting, Sandbox box) {
        String script = "umask; ls /proc/$$/fd; readlink /proc/$$/fd/3 /proc/$$/fd/4;"
                + " cat /proc/self/limits /proc/1/oom_score_adj; env | sort; pwd;"
                + " grep -E 'Sig(Blk|Ign)|NoNewPrivs|Cap|Groups|Cpus_allowed:' /proc/1/status;"
                + " cut -d' ' -f18,19 /proc/1/stat; cut -d: -f2- /proc/1/cgroup; cat /hook";
        Bundle bundle = box.bundle().sh(script + "; exit 5").remove("/process/rlimits");
        Path seen = bundle.rootfs().resolve("hook");
        // A hook has the runtime's descriptors and limits, and not its environment.
        bundle.hook("createRuntime", "{ pwd; umask; env | grep -v JRUNC_WARM | sort; ulimit -a; cat /proc/self/oom_score_adj;"
                + " grep -E 'Sig(Blk|Ign)' /proc/self/status; ls /proc/$$/fd; } > " + seen);
        String id = box.newId();
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            List<String> both = new ArrayList<>();
            for (String mode : List.of("off", "on")) {
                Container container = new Container(place.runtime(), bundle, id);
                Result run = container.invocation("run").prefixedWith("sh", "-ec",
                        setting + "; j=$1; shift 4; exec \"$j\" --root " + box.dir().resolve("state")
                                + " run --preserve-fds ${PRESERVE:-0} \"$@\"", "sh")
                        .env("JRUNC_WARM", mode).run();
                both.add(run.exit() + "\n" + run.out() + run.err());
                assertEquals(5, run.exit(), run::toString);
            }
            assertEquals(1, server.served());
            assertEquals(both.get(0), both.get(1));
        }
    }

    @Test
    void crunsAnnotationsNameTheCallersFiles(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().args("true").userNamespace(100_000, 65_536);
        List<String> kinds = List.of("createRuntime", "createContainer", "startContainer");
        kinds.forEach(kind -> bundle.hook(kind, "echo " + kind + "; echo not " + kind + " >&2"));
        String id = box.newId();
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            for (String mode : List.of("off", "on")) {
                Path out = box.newDirectory().resolve("out");
                bundle.set("/annotations", Map.of("run.oci.hooks.stdout", out.toString(), "run.oci.hooks.stderr",
                        "/dev/stderr")).save();
                Result run = new Container(place.runtime(), bundle, id).invocation("run")
                        .prefixedWith("sh", "-ec", "umask 0177; exec \"$@\"", "sh").env("JRUNC_WARM", mode).run().ok();
                assertEquals(kinds.stream().map(kind -> "not " + kind).toList(), run.err().lines().toList());
                assertEquals(kinds, Files.readAllLines(out));
                assertEquals("600", Shell.sh("stat -c %a " + out));
            }
            assertEquals(1, server.served());
        }
    }

    @Test
    void aRelativeCgroupIsBelowTheCallersAndNotTheServers(Sandbox box) {
        Needs.cgroupV1();
        String id = box.newId();
        Path group = Path.of("/sys/fs/cgroup/pids").resolve(Sandbox.MARK + "caller");
        Bundle bundle = box.bundle().idle().set("/linux/cgroupsPath", id + "-child");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            Shell.sh("mkdir " + group);
            Container container = new Container(place.runtime(), bundle, id);
            try (container) {
                container.invocation("create").prefixedWith("sh", "-ec",
                        "echo $$ > " + group + "/cgroup.procs; exec \"$@\"", "sh").run().ok();
                String cgroup = container.init().file("cgroup");
                assertTrue(cgroup.contains("pids:/" + group.getFileName() + "/" + id + "-child\n"), cgroup);
                assertEquals(2, server.served());
            } finally {
                Poll.within(Duration.ofSeconds(2), () -> Shell.attempt("rmdir " + group).exit() == 0);
            }
        }
    }

    @Test
    void theFirstProcessDescendsFromTheCallerAsItDoesCold(Sandbox box) throws IOException {
        Path parent = box.newDirectory().resolve("parent");
        // The state on the hook's stdin names the container's first process.
        Bundle bundle = box.bundle().idle().hook("createRuntime", "pid=$(tr , \"\\n\" | sed -n \"s/.*pid\\\":[ ]*//p\");"
                + " sed -n \"s/^PPid:.//p\" /proc/$pid/status > " + parent);
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            List<String> reapers = new ArrayList<>();
            for (String mode : List.of("off", "on")) {
                try (Container container = new Container(place.runtime(), bundle, box.newId())) {
                    Invocation.Running create = container.invocation("create").env("JRUNC_WARM", mode).start();
                    create.await(Duration.ofSeconds(30)).ok();
                    assertEquals(Long.toString(create.process().pid()), Files.readString(parent).strip());
                    reapers.add(container.init().status("PPid").orElse("none"));
                }
            }
            assertEquals(reapers.get(0), reapers.get(1));
            assertTrue(server.served() > 0);
        }
    }

    @Test
    void theForegroundIsAMonitorWithoutAServer(Sandbox box) {
        Bundle bundle = box.bundle().sh("trap 'echo got it; exit 9' TERM; echo ready; while :; do sleep 1000 & wait; done");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            Container container = new Container(place.runtime(), bundle, box.newId());
            Invocation.Running run = container.invocation("run").start();
            Poll.until("the container runs " + run.soFar(), () -> run.soFar().out().equals("ready\n"));
            Invocation.Running exec = container.execWith(List.of(), "sh", "-c",
                    "trap 'echo got it, too; exit 8' INT; echo ready; while :; do sleep 1; done").start();
            Poll.until("the other program runs " + exec.soFar(), () -> exec.soFar().out().equals("ready\n"));
            server.kill();
            for (Invocation.Running each : List.of(run, exec)) {
                Proc monitor = new Proc(each.process().pid());
                assertTrue(monitor.alive() && monitor.rssKb() < 1000, () -> monitor + " " + monitor.rssKb());
            }
            Shell.sh("kill -INT " + exec.process().pid());
            assertEquals("ready\ngot it, too\n", exec.await(Duration.ofSeconds(10)).exits(8).out());
            run.process().destroy();
            assertEquals("ready\ngot it\n", run.await(Duration.ofSeconds(10)).exits(9).out());
            container.state().failsWith("does not exist");
        }
    }

    @Test
    void aTerminalIsTheCallers(Sandbox box) {
        Needs.tool("script");
        Bundle bundle = box.bundle().set("/process/terminal", true)
                .sh("tty; stty size; read line; echo \"line: $line\"; exit 6");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            List<String> both = new ArrayList<>();
            for (String mode : List.of("off", "on")) {
                String id = box.newId();
                List<String> words = new Container(place.runtime(), bundle, id).invocation("run").builder().command();
                Result run = new Invocation(box.runtime().scratch(), List.of("script", "-qec", "stty rows 33 cols 77; "
                        + String.join(" ", words), "/dev/null")).env("JRUNC_WARM", mode).stdin("hello\n").run();
                // What is typed is shown at once, or after what the program has said until then.
                both.add(run.exit() + " " + run.outLines().stream().sorted().toList());
            }
            assertEquals(both.get(0), both.get(1));
            assertTrue(both.get(1).startsWith("6") && both.get(1).contains("33 77") && both.get(1).contains("line: hello"),
                    both.get(1));
            assertEquals(1, server.served());
        }
    }

    /** As many bytes of arguments and environment as execve(2) takes, but for what the scripts on the way add. */
    @Test
    void theLargestCommandLineAndEnvironment(Sandbox box) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", "echo $# $9"));
        for (int i = 0; i < 12; i++) {
            words.add("x".repeat(100_000));
        }
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            try (Container container = new Container(place.runtime(), box.bundle().idle(), box.newId()).started()) {
                List<String> both = new ArrayList<>();
                for (String mode : List.of("off", "on")) {
                    Invocation exec = container.execWith(List.of(), words.toArray(String[]::new)).env("JRUNC_WARM", mode);
                    for (int i = 0; i < 7; i++) {
                        exec.env("LARGE" + i, "y".repeat(120_000));
                    }
                    Result result = exec.run();
                    both.add(result.exit() + result.out() + result.err());
                }
                assertEquals("011 " + "x".repeat(100_000) + "\n", both.get(0));
                assertEquals(both.get(0), both.get(1));
                assertEquals(3, server.served());
            }
        }
    }

    @Test
    void aFullDiskIsTheSameErrorAndNothingIsLeft(Sandbox box) {
        Path small = box.newDirectory();
        Bundle bundle = box.bundle().idle();
        String id = box.newId();
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            place.sh("mount -t tmpfs -o size=64k none " + small + "; ! cat /dev/zero > " + small + "/full 2> /dev/null");
            List<String> both = new ArrayList<>();
            for (String mode : List.of("off", "on")) {
                Container container = new Container(place.runtime().withRoot(small), bundle, id);
                Result create = container.invocation("create").env("JRUNC_WARM", mode).run().failsWith("ENOSPC");
                both.add(create.out() + create.err().replaceAll("time=\\S+", "TIME"));
                assertEquals("full", place.sh("ls " + small));
            }
            assertEquals(both.get(0), both.get(1));
            assertEquals(1, server.served());
        }
    }
}
