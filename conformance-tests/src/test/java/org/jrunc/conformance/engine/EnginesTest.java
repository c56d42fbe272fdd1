package org.jrunc.conformance.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.OciRuntime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The scenarios of the engines' harness: containerd, its CRI, podman, buildah, dockerd, Testcontainers. The harness runs
 * once, in namespaces of its own; each test waits for the line of its scenario.
 */
@Tag("engines")
class EnginesTest {

    private static final Path BASE = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize();

    private static Process running;

    /** The property, else beside the repository or beside the directory that has the worktrees. */
    private static Path harness() {
        String given = System.getProperty("jrunc.engines", "");
        if (!given.isEmpty()) {
            return Path.of(given).toAbsolutePath();
        }
        for (String shared : List.of("../../shared", "../../../shared")) {
            Path harness = BASE.resolve(shared).resolve("engines/engines.sh").normalize();
            if (Files.isExecutable(harness)) {
                return harness;
            }
        }
        return BASE.resolve("../../shared/engines/engines.sh").normalize();
    }

    @TestFactory
    List<DynamicTest> scenarios() throws IOException {
        Needs.root();
        Path harness = harness();
        assumeTrue(Files.isExecutable(harness), "needs the harness " + harness + " (-Djrunc.engines=FILE)");
        Path logs = Files.createDirectories(BASE.resolve("target/engines"));
        Map<String, CompletableFuture<String>> lines = new LinkedHashMap<>();
        String filter = System.getProperty("jrunc.engines.filter", "");
        Pattern wanted = Pattern.compile(filter.isEmpty() ? "." : filter);
        try (BufferedReader list = new ProcessBuilder(harness.toString(), "-l").start().inputReader()) {
            list.lines().filter(wanted.asPredicate()).forEach(name -> lines.put(name, new CompletableFuture<>()));
        }
        assertFalse(lines.isEmpty(), "no scenario of " + harness + " fits " + wanted);
        List<String> command = new ArrayList<>(List.of(harness.toString(), OciRuntime.executableUnderTest().toString(),
                wanted.pattern()));
        if (Files.isDirectory(Path.of("/sys/fs/cgroup/pids"))) {
            // containerd finds no cgroup at all where a hierarchy of version 1 is mounted nowhere.
            command.addAll(0, List.of(EngineMachine.PROGRAM.toString(), "cgroups"));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ENG_JOBLOG", logs.toString());
        running = builder.start();
        Thread.ofPlatform().daemon().start(() -> read(lines));
        return lines.entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(),
                () -> judge(e.getKey(), e.getValue().get(), logs))).toList();
    }

    /** Hands each line to who waits for it; who still waits at the end gets the harness's last words. */
    private static void read(Map<String, CompletableFuture<String>> lines) {
        String last = "nothing";
        try (BufferedReader reader = running.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] words = line.replaceFirst("^not ok ", "not-ok ").split(" ", 3);
                CompletableFuture<String> waiting = words.length > 1 ? lines.get(words[1]) : null;
                if (waiting != null) {
                    waiting.complete(line);
                } else {
                    System.out.println(line);
                }
                last = line;
            }
        } catch (IOException e) {
            last = e.toString();
        }
        String end = "the harness ended before this scenario: " + last;
        lines.values().forEach(waiting -> waiting.complete(end));
    }

    private static void judge(String name, String line, Path logs) throws IOException {
        if (line.startsWith("skip ")) {
            abort(line);
        }
        if (!line.startsWith("ok ")) {
            Path log = logs.resolve(name + ".log");
            fail(line + (Files.exists(log) ? "\n" + Files.readString(log) : ""));
        }
    }

    /** When the run was cut off: the harness cleans up on SIGTERM. */
    @AfterAll
    static void end() throws InterruptedException {
        if (running != null && running.isAlive()) {
            running.destroy();
            running.waitFor();
        }
    }
}
