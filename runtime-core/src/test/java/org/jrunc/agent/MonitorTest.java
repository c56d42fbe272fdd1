package org.jrunc.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jrunc.process.TestSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MonitorTest {

    @TempDir
    Path dir;

    private Process monitor(String removals, String cleaner, String script) throws IOException {
        return start(command(removals, cleaner, script));
    }

    private List<String> command(String removals, String cleaner, String script) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED", "-cp", classes("classes") + ":" + classes("test-classes"),
                MonitorMain.class.getName(), dir.toString(), removals, cleaner));
        command.addAll(script.equals(MonitorMain.DEAD) ? List.of(script) : List.of("/bin/sh", "-c", script));
        return command;
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static Path classes(String name) {
        return Path.of("target", name).toAbsolutePath();
    }

    private static int status(Process process) throws InterruptedException {
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        return process.exitValue();
    }

    private void await(Path file) throws InterruptedException {
        for (int i = 0; i < 1000 && !Files.exists(file); i++) {
            Thread.sleep(10);
        }
        assertTrue(Files.exists(file), file.toString());
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 1, 1", "exit 7, 7", "exit 255, 255", "kill -9 $$, 137", "kill -TERM $$, 143",
        "kill -SEGV $$, 139"})
    void exitsWithTheStatusOfTheProgram(String script, int expected) throws Exception {
        assertEquals(expected, status(monitor("", "-", script)));
    }

    @ParameterizedTest
    @CsvSource({"HUP, 1", "INT, 2", "QUIT, 3", "USR1, 10", "USR2, 12", "TERM, 15", "CONT, 18", "RTMIN, 34"})
    void forwardsSignals(String name, int number) throws Exception {
        Path ready = dir.resolve("ready");
        Process monitor = monitor("", "-", "trap 'echo got " + name + "; exit 5' " + number + "; echo > " + ready
                + "; while :; do sleep 0.01; done");
        await(ready);
        awaitMonitor(monitor);
        new ProcessBuilder("kill", "-" + number, Long.toString(monitor.pid())).start().waitFor();
        assertEquals(5, status(monitor));
        assertEquals("got " + name + "\n", new String(monitor.getInputStream().readAllBytes()));
    }

    /** The program may run before the JVM has become the monitor. */
    private static void awaitMonitor(Process process) throws Exception {
        for (int i = 0; i < 1000; i++) {
            if (Files.readString(Path.of("/proc/" + process.pid() + "/comm")).equals("jrunc\n")) {
                return;
            }
            Thread.sleep(5);
        }
    }

    @Test
    void isSmallAndHoldsNoDescriptors() throws Exception {
        Path ready = dir.resolve("ready");
        Process monitor = monitor("", "-", "echo > " + ready + "; while [ -e " + ready + " ]; do sleep 0.01; done");
        await(ready);
        awaitMonitor(monitor);
        Path proc = Path.of("/proc/" + monitor.pid());
        String memory = Files.readString(proc.resolve("status"));
        int at = memory.indexOf("VmRSS:") + 6;
        int rss = Integer.parseInt(memory.substring(at, memory.indexOf("kB", at)).trim());
        assertTrue(rss <= 100, "VmRSS is " + rss + " kB");
        try (var descriptors = Files.list(proc.resolve("fd"))) {
            assertEquals(3, descriptors.count());
        }
        Files.delete(ready);
        assertEquals(0, status(monitor));
    }

    @Test
    void removesWhatItWasTold() throws Exception {
        Path directory = Files.createDirectory(dir.resolve("a"));
        Path file = Files.createFile(directory.resolve("b"));
        assertEquals(4, status(monitor(file + "," + directory + "/", "/usr/bin/touch", "exit 4")));
        assertFalse(Files.exists(directory));
        assertFalse(Files.exists(dir.resolve("cleaned")));
    }

    @Test
    void runsTheCleanerWhenSomethingIsInTheWay() throws Exception {
        Path directory = Files.createDirectory(dir.resolve("a"));
        Files.createFile(directory.resolve("b"));
        assertEquals(4, status(monitor(directory + "/", "/usr/bin/touch", "exit 4")));
        assertTrue(Files.exists(dir.resolve("cleaned")));
    }

    @Test
    void becomesTheReporterWhenInitHasDiedBeforeItsStart() throws Exception {
        assertEquals(0, status(monitor("", "-", MonitorMain.DEAD)));
        assertTrue(Files.exists(dir.resolve("reported")));
    }

    @Test
    void agentsAndMonitorsRunWhereNoMemfdCanBeExecuted() throws Exception {
        TestSpec.requireRoot();
        assumeTrue(Files.exists(Path.of("/proc/sys/vm/memfd_noexec")), "Linux 6.3");
        // The setting belongs to a pid namespace.
        List<String> command = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--mount-proc", "sh", "-c",
                "echo 2 >/proc/sys/vm/memfd_noexec && exec \"$@\"", "sh"));
        command.addAll(command("", "-", "exit 7"));
        Process process = start(command);
        assertEquals(7, status(process));
    }
}
