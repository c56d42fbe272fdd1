package org.jrunc.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Hook;
import org.jrunc.spec.HookKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hooks are real shells, run by a real agent. */
@Timeout(60)
class HookRunnerTest {

    private static final byte[] STATE = "{\"id\":\"x\",\"annotations\":{\"a\":\"b/c\"}}".getBytes();

    @TempDir
    Path dir;
    private final LibcKernel libc = new LibcKernel();
    private final List<String> logged = new ArrayList<>();
    private Agent agent;
    private boolean debug;

    @BeforeEach
    void spawn() {
        agent = Agent.spawn(libc, "jrunc-test-agent");
    }

    @AfterEach
    void end() {
        agent.killAndReap();
        agent.closeRegion();
    }

    private HookRunner runner(String... inherited) {
        return runner(new HookOutput(Optional.empty(), Optional.empty()), inherited);
    }

    private HookRunner runner(HookOutput output, String... inherited) {
        RuntimeLog log = new RuntimeLog() {
            @Override
            public void log(Level level, String message) {
                logged.add(level + " " + message);
            }

            @Override
            public boolean isDebug() {
                return debug;
            }
        };
        return new HookRunner(agent, log, List.of(inherited), Optional.of(dir.toString()), output);
    }

    private static Hook sh(String script) {
        return new Hook("/bin/sh", List.of("sh", "-c", script), Optional.of(List.of("PATH=/bin:/usr/bin")),
                OptionalLong.empty());
    }

    private static Hook sh(String script, long timeout) {
        return new Hook("/bin/sh", List.of("sh", "-c", script), Optional.of(List.of("PATH=/bin:/usr/bin")),
                OptionalLong.of(timeout));
    }

    private String failure(HookKind kind, Hook... hooks) {
        return assertThrows(RuntimeFailure.class, () -> runner().run(kind, List.of(hooks), STATE)).getMessage();
    }

    private String file(String name) throws IOException {
        return Files.readString(dir.resolve(name));
    }

    @Test
    void runsHooksInOrderInTheDirectoryWithTheStateOnStdin() throws IOException {
        runner().run(HookKind.CREATE_RUNTIME, List.of(sh("echo one >>order; cat >state1; pwd >cwd"),
                sh("echo two >>order; cat >state2"), sh("echo three >>order; cat /dev/stdin >state3")), STATE);
        assertEquals("one\ntwo\nthree\n", file("order"));
        for (int i = 1; i <= 3; i++) {
            assertEquals(new String(STATE), file("state" + i));
        }
        assertEquals(dir + "\n", file("cwd"));
    }

    @Test
    void handsOverAStateLargerThanTheAgentsMemory() throws IOException {
        byte[] big = new byte[300_000];
        for (int i = 0; i < big.length; i++) {
            big[i] = (byte) ('a' + i % 26);
        }
        runner().run(HookKind.PRESTART, List.of(sh("cat >state")), big);
        assertEquals(new String(big), file("state"));
    }

    @Test
    void givesArgvAsItIsAndThePathIfThereIsNone() throws IOException {
        Path script = dir.resolve("hook");
        Files.writeString(script, "#!/bin/sh\ntr '\\0' '|' </proc/$$/cmdline >" + dir + "/argv\n");
        assertTrue(script.toFile().setExecutable(true));
        runner("PATH=/bin:/usr/bin").run(HookKind.PRESTART, List.of(
                new Hook(script.toString(), List.of(), Optional.empty(), OptionalLong.empty())), STATE);
        assertEquals("/bin/sh|" + script + "|", file("argv"));
        runner().run(HookKind.PRESTART, List.of(new Hook("/bin/sh",
                List.of("other name", "-c", "tr '\\0' '|' </proc/$$/cmdline >argv", "", "ä b"),
                Optional.of(List.of("PATH=/bin:/usr/bin")), OptionalLong.empty())), STATE);
        assertEquals("other name|-c|tr '\\0' '|' </proc/$$/cmdline >argv||ä b|", file("argv"));
    }

    @Test
    void givesTheEnvironmentWordForWordAndInheritsItOnlyIfThereIsNone() throws IOException {
        String script = "/usr/bin/tr '\\0' '|' </proc/$$/environ >env";
        List<String> args = List.of("sh", "-c", script);
        runner("IN=herited").run(HookKind.PRESTART,
                List.of(new Hook("/bin/sh", args, Optional.of(List.of("A=1", "A=2", "odd")), OptionalLong.empty())),
                STATE);
        assertEquals("A=1|A=2|odd|", file("env"));
        runner("IN=herited").run(HookKind.PRESTART,
                List.of(new Hook("/bin/sh", args, Optional.of(List.of()), OptionalLong.empty())), STATE);
        assertEquals("", file("env"));
        runner("IN=herited", "B=").run(HookKind.PRESTART,
                List.of(new Hook("/bin/sh", args, Optional.empty(), OptionalLong.empty())), STATE);
        assertEquals("IN=herited|B=|", file("env"));
    }

    @Test
    void takesAnEnvironmentLargerThanALane() throws IOException {
        List<String> env = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            env.add("V" + i + "=" + "x".repeat(100_000));
        }
        Hook hook = new Hook("/bin/sh", List.of("sh", "-c", "echo ${#V19} >length"), Optional.empty(),
                OptionalLong.empty());
        for (int i = 0; i < 3; i++) {
            runner(env.toArray(new String[0])).run(HookKind.PRESTART, List.of(hook), STATE);
        }
        assertEquals("100000\n", file("length"));
        assertEquals(agent.pid(), agent.kernel().getpid());
    }

    @Test
    void opensNothingButStdioWithDefaultSignals() throws IOException {
        int extra = agent.kernel().openat(Kernel.AT_FDCWD, "/", 0, 0);
        // A shell that redirects saves a descriptor for a while, so this one does not, and fails to be heard.
        String text = failure(HookKind.PRESTART, sh("ls /proc/$$/fd; exit 1"));
        runner().run(HookKind.PRESTART, List.of(
                sh("grep -E 'SigBlk|SigIgn' /proc/self/status | cut -f2 | tr '\\n' ' ' >signals")), STATE);
        agent.kernel().close(extra);
        assertTrue(text.contains("stdout: 0\n1\n2, stderr: "), text);
        assertEquals("0000000000000000 0000000000000000 ", file("signals"));
    }

    @Test
    void leavesNoDescriptorsInTheAgent() {
        runner().run(HookKind.PRESTART, List.of(sh("exit 0")), STATE);
        String[] before = new java.io.File("/proc/" + agent.pid() + "/fd").list();
        failure(HookKind.PRESTART, sh("exit 1"));
        failure(HookKind.PRESTART, sh("sleep 5", 1));
        failure(HookKind.PRESTART, new Hook("/none", List.of(), Optional.empty(), OptionalLong.empty()));
        assertEquals(List.of(before), List.of(new java.io.File("/proc/" + agent.pid() + "/fd").list()));
    }

    @Test
    void stopsAtTheFirstThatFailsAndTellsAllAboutIt() {
        String text = failure(HookKind.CREATE_RUNTIME, sh("true"), sh("echo out; echo err >&2; exit 3"),
                sh("touch third"));
        assertTrue(text.startsWith(
                "error running createRuntime hook #1: exit status 3, stdout: out, stderr: err (hook /bin/sh, args ["),
                text);
        assertTrue(text.endsWith(" ms)"), text);
        assertFalse(Files.exists(dir.resolve("third")));
    }

    @Test
    void namesTheSignalAsGoDoes() {
        assertTrue(failure(HookKind.PRESTART, sh("kill -9 $$"))
                .startsWith("error running prestart hook #0: signal: killed, stdout: , stderr: "));
        assertTrue(failure(HookKind.POSTSTART, sh("kill -TERM $$"))
                .startsWith("error running poststart hook #0: signal: terminated, "));
        assertTrue(WaitStatus.text(31 | 0x80).equals("signal: bad system call (core dumped)"));
        assertEquals("signal: signal 34", WaitStatus.text(34));
    }

    @Test
    void saysWhichProgramCanNotBeExecuted() throws IOException {
        String text = failure(HookKind.PRESTART,
                new Hook("/no/such/hook", List.of("x"), Optional.empty(), OptionalLong.empty()));
        assertTrue(text.startsWith("error running prestart hook #0: fork/exec /no/such/hook: ENOENT, "), text);
        assertFalse(text.contains("no such file"), text);
        Path script = Files.writeString(dir.resolve("plain"), "#!/bin/sh\n");
        text = failure(HookKind.PRESTART,
                new Hook(script.toString(), List.of(), Optional.empty(), OptionalLong.empty()));
        assertTrue(text.contains(script + ": EACCES"), text);
        HookRunner elsewhere = new HookRunner(agent, RuntimeLog.NONE, List.of(), Optional.of("/no/dir"),
                new HookOutput(Optional.empty(), Optional.empty()));
        text = assertThrows(RuntimeFailure.class,
                () -> elsewhere.run(HookKind.PRESTART, List.of(sh("true")), STATE)).getMessage();
        assertTrue(text.startsWith("error running prestart hook #0: chdir: ENOENT for /no/dir"), text);
        // A program that exits with 127 by itself is not one that could not be started.
        assertTrue(failure(HookKind.PRESTART, sh("exit 127")).contains("exit status 127"));
    }

    @Test
    void killsAndReapsAHookWhoseTimeIsOver() throws Exception {
        long start = System.nanoTime();
        String text = failure(HookKind.PRESTART, sh("echo $$ >pid; echo said; exec sleep 100", 1));
        assertTrue(text.startsWith("error running prestart hook #0: hook ran past specified timeout of 1.0s, "
                + "stdout: said, stderr: "), text);
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis >= 1000 && millis < 5000, "took " + millis);
        assertFalse(Files.exists(Path.of("/proc/" + file("pid").trim())), "reaped");
        runner().run(HookKind.PRESTART, List.of(sh("exit 0", 5)), STATE);
    }

    @Test
    void waitsForAHookWithoutATimeoutInMoreThanOneSlice() throws IOException {
        runner().run(HookKind.PRESTART, List.of(sh("sleep 2.5; echo done >done")), STATE);
        assertEquals("done\n", file("done"));
    }

    @Test
    void neverHangsOnOutputNobodyReads() {
        runner().run(HookKind.PRESTART, List.of(sh("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2")), STATE);
        String text = failure(HookKind.PRESTART, sh("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done;"
                + " exit 1"));
        assertTrue(text.contains("stdout: [the last 4096 of "), text);
        assertTrue(text.contains("line 2999, stderr: "), text);
        assertTrue(text.length() < 4600, "length " + text.length());
    }

    @Test
    void doesNotWaitForWhatAHookLeavesInTheBackground() throws IOException {
        long start = System.nanoTime();
        runner().run(HookKind.PRESTART, List.of(sh("sleep 30 & echo $! >pid")), STATE);
        assertTrue(System.nanoTime() - start < 5_000_000_000L);
        libc.kill(Integer.parseInt(file("pid").trim()), 9);
    }

    @Test
    void diesWithTheBrain() throws Exception {
        CompletableFuture<Void> run = CompletableFuture.runAsync(
                () -> runner().run(HookKind.PRESTART, List.of(sh("echo $$ >pid; mv pid pid2; exec sleep 100")), STATE));
        Path pid = dir.resolve("pid2");
        while (!Files.exists(pid)) {
            Thread.sleep(5);
        }
        Path proc = Path.of("/proc/" + Files.readString(pid).trim());
        assertTrue(Files.exists(proc));
        // What the kernel does when this JVM dies.
        agent.close();
        long start = System.nanoTime();
        while (alive(proc)) {
            assertTrue(System.nanoTime() - start < 1_000_000_000L, "the hook outlives its runtime");
            Thread.sleep(2);
        }
        assertThrows(Exception.class, run::join);
    }

    private static boolean alive(Path proc) {
        try {
            String stat = Files.readString(proc.resolve("stat"), StandardCharsets.UTF_8);
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void continuesAfterAFailedPoststopHook() throws IOException {
        runner().runAll(HookKind.POSTSTOP, List.of(sh("exit 1"), sh("touch second"), sh("exit 2")), STATE);
        assertTrue(Files.exists(dir.resolve("second")));
        assertEquals(2, logged.size());
        assertTrue(logged.getLast().startsWith("WARNING error running poststop hook #2: exit status 2"),
                logged.toString());
    }

    @Test
    void logsAtDebugWhatAHookSaid() {
        debug = true;
        runner().run(HookKind.PRESTART, List.of(sh("echo hello")), STATE);
        assertTrue(logged.getFirst().startsWith("DEBUG prestart hook #0: exit status 0, stdout: hello, stderr: "),
                logged.toString());
    }

    @Test
    void appendsOutputToTheFilesOfCrunsAnnotations() throws IOException {
        HookOutput output = HookOutput.of(Map.of("run.oci.hooks.stdout", dir + "/out", "run.oci.hooks.stderr",
                dir + "/err"));
        runner(output).run(HookKind.PRESTART, List.of(sh("echo a; echo b >&2"), sh("echo c")), STATE);
        assertEquals("a\nc\n", file("out"));
        assertEquals("b\n", file("err"));
        HookOutput bad = HookOutput.of(Map.of("run.oci.hooks.stdout", dir + "/none/out"));
        String text = assertThrows(RuntimeFailure.class,
                () -> runner(bad).run(HookKind.PRESTART, List.of(sh("true")), STATE)).getMessage();
        assertTrue(text.startsWith("annotation run.oci.hooks.stdout: can not open " + dir + "/none/out: ENOENT"), text);
    }

    /** The agent may be a container's init: its user, root and umask are not those of who wrote the annotation. */
    @Test
    void theFilesOfCrunsAnnotationsAreOpenedByTheRuntimeAndLeftOpenNowhere() throws IOException {
        agent.kernel().umask(0777);
        HookOutput output = new HookOutput(Optional.of(dir + "/out"), Optional.empty());
        runner(output).run(HookKind.PRESTART, List.of(sh("echo a")), STATE);
        assertTrue(Files.getPosixFilePermissions(dir.resolve("out")).contains(PosixFilePermission.OWNER_READ));
        List<Integer> before = List.of(openFiles("self", "/out"), descriptors(agent.pid()));
        runner(output).run(HookKind.PRESTART, List.of(sh("echo b")), STATE);
        HookOutput half = new HookOutput(output.stdout(), Optional.of(dir + "/none/err"));
        assertThrows(RuntimeFailure.class, () -> runner(half).run(HookKind.PRESTART, List.of(sh("true")), STATE));
        assertEquals("a\nb\n", file("out"));
        assertEquals(before, List.of(openFiles("self", "/out"), descriptors(agent.pid())));
    }

    private static int descriptors(int pid) {
        return openFiles(Integer.toString(pid), "");
    }

    /** How many descriptors of a process are of files whose names end so. */
    private static int openFiles(String process, String end) {
        int count = 0;
        for (java.io.File fd : new java.io.File("/proc/" + process + "/fd").listFiles()) {
            try {
                count += Files.readSymbolicLink(fd.toPath()).toString().endsWith(end) ? 1 : 0;
            } catch (IOException closed) {
                // The descriptor of the list itself.
            }
        }
        return count;
    }

    @Test
    void aFifoThatNobodyReadsIsAnErrorAndNoWait() {
        libc.mknodat(Kernel.AT_FDCWD, dir + "/fifo", 0010600, 0);
        HookOutput output = new HookOutput(Optional.of(dir + "/fifo"), Optional.empty());
        String text = assertThrows(RuntimeFailure.class,
                () -> runner(output).run(HookKind.PRESTART, List.of(sh("true")), STATE)).getMessage();
        assertTrue(text.endsWith("can not open " + dir + "/fifo: ENXIO"), text);
    }

    @Test
    void refusesARelativePathAndATimeoutOfZero() {
        assertEquals("/hooks/poststop/0/path must be absolute, was \"hook\"", failure(HookKind.POSTSTOP,
                new Hook("hook", List.of(), Optional.empty(), OptionalLong.empty())));
        assertEquals("/hooks/prestart/0/timeout must be greater than 0, was 0", failure(HookKind.PRESTART,
                sh("true", 0)));
    }

    @Test
    void worksInAnAgentWithoutStdio() throws IOException {
        agent.kernel().close(0);
        agent.kernel().close(1);
        agent.kernel().close(2);
        String text = failure(HookKind.PRESTART, sh("cat; ls /proc/$$/fd; exit 1"));
        assertTrue(text.contains("stdout: " + new String(STATE) + "0\n1\n2, stderr: "), text);
    }

    @Test
    void reapsOnlyItsOwnChild() {
        // An agent that is the first process of a container may have other children that end meanwhile.
        Agent other = agent.fork(false, false);
        other.close();
        runner().run(HookKind.PRESTART, List.of(sh("exit 0")), STATE);
        assertEquals(1 << 8, agent.kernel().wait4(other.pid(), 0));
    }
}
