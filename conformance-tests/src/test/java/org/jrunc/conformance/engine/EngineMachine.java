package org.jrunc.conformance.engine;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jrunc.conformance.EngineImage;
import org.jrunc.conformance.Invocation;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.OciRuntime;
import org.jrunc.conformance.Result;
import org.jrunc.conformance.Sandbox;
import org.junit.jupiter.api.DynamicTest;

/**
 * A machine made for an engine, see {@code conformance-tests/engine-machine}. Tests run on it in a JVM of their own:
 * only there are its sockets, its network and its files.
 */
final class EngineMachine {
    private static final Path BASE = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().normalize();

    /** What makes the machine. */
    static final Path PROGRAM = BASE.resolve("engine-machine");

    /** A line that JUnit's console launcher prints for a test, and what follows it up to the next. */
    private static final Pattern OUTCOME = Pattern.compile(
            "^JUnit Jupiter > (\\w+) > (\\w+)\\([^\\n]*\\) :: (SUCCESSFUL|FAILED|ABORTED|SKIPPED)"
                    + "(.*?)(?=^JUnit Jupiter|^Test run|\\z)", Pattern.MULTILINE | Pattern.DOTALL);

    private EngineMachine() {
    }

    /**
     * Runs test classes on a machine whose engine is configured as README says.
     *
     * @param engine   podman, docker or containerd
     * @param programs what has to be installed
     * @param classes  test classes of the package {@code inside}
     * @return a test for each test of the classes, and one for the machine: it came up, and no container was left
     */
    static List<DynamicTest> run(Sandbox box, String engine, List<String> programs, List<Class<?>> classes)
            throws IOException {
        Needs.root();
        Needs.cgroupV1();
        programs.forEach(Needs::tool);
        Readme readme = Readme.about(engine);
        Path configuration = Files.writeString(box.newDirectory().resolve("configuration"), readme.configuration());
        List<String> command = new ArrayList<>(List.of(PROGRAM.toString(),
                "--jrunc", OciRuntime.executableUnderTest().toString(),
                "--image", EngineImage.archive(box.newDirectory(), box.bundle()).toString(),
                "--cgroup", box.newId(), "--put", configuration + "=" + readme.configurationFile(), engine,
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "-cp", Files.readString(BASE.resolve("target/test-classpath")).strip(),
                "-Dbasedir=" + BASE, "-Djrunc.engine=" + engine,
                "org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner", "--disable-ansi-colors",
                "--fail-if-no-tests", "--details=testfeed"));
        classes.forEach(c -> command.addAll(List.of("--select-class", c.getName())));
        // Testcontainers' own cleaner is an image of a registry; the tests close what they open. It takes the machine
        // for a container if this one is one.
        Result result = new Invocation(box.dir(), command).env("TESTCONTAINERS_RYUK_DISABLED", "true")
                .env("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1").timeout(Duration.ofMinutes(10)).run();
        List<DynamicTest> tests = new ArrayList<>();
        OUTCOME.matcher(result.out()).results().map(EngineMachine::test).forEach(tests::add);
        // 1 is JUnit's code for tests that failed; others are engine-machine's.
        boolean complete = !tests.isEmpty() && (result.exit() == 0 || result.exit() == 1);
        String report = result.toString();
        tests.add(DynamicTest.dynamicTest(engine + " comes up, and no container is left", () -> {
            if (!complete) {
                fail(report);
            }
        }));
        return tests;
    }

    private static DynamicTest test(MatchResult outcome) {
        String more = outcome.group(4).strip();
        return DynamicTest.dynamicTest(outcome.group(1) + "." + outcome.group(2), () -> {
            switch (outcome.group(3)) {
                case "SUCCESSFUL" -> { }
                case "FAILED" -> fail(more);
                default -> abort(more);
            }
        });
    }
}
