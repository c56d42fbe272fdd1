package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each command on a container in each state: exit code and text, by the installed runc and by jrunc. Engines decide by
 * both.
 */
@ExtendWith(NothingLeftExtension.class)
class CommandStateTest {

    private static final Path RUNC = Path.of("/usr/sbin/runc");
    private static final String OK = "";

    /** A command: its words with ID for the container, then what it says in each state, OK for success. */
    private record Row(String command, String none, String created, String running, String paused, String stopped) {

        String text(State state) {
            return switch (state) {
                case NONE -> none;
                case CREATED -> created;
                case RUNNING -> running;
                case PAUSED -> paused;
                case STOPPED -> stopped;
            };
        }
    }

    private enum State { NONE, CREATED, RUNNING, PAUSED, STOPPED }

    private static final String ABSENT = "container does not exist";
    private static final String NOT_RUNNING = "container not running";
    private static final String NOT_PAUSED = "container not paused";
    private static final String NO_EVENTS = "container with id ID is not running";
    private static final String NOT_STOPPED = "cannot delete container ID that is not stopped: ";

    private static final List<Row> TABLE = List.of(
            new Row("state ID", ABSENT, OK, OK, OK, OK),
            new Row("start ID", ABSENT, OK, "cannot start an already running container",
                    "cannot start a container in the paused state", "cannot start a container that has stopped"),
            new Row("kill ID TERM", ABSENT, OK, OK, OK, NOT_RUNNING),
            new Row("kill --all ID 0", ABSENT, OK, OK, OK, OK),
            new Row("kill ID NONSENSE", "unknown signal", "unknown signal", "unknown signal", "unknown signal",
                    "unknown signal"),
            new Row("delete ID", ABSENT, OK, NOT_STOPPED + "running", NOT_STOPPED + "paused", OK),
            new Row("delete --force ID", OK, OK, OK, OK, OK),
            new Row("pause ID", ABSENT, OK, OK, NOT_RUNNING, NOT_RUNNING),
            new Row("resume ID", ABSENT, NOT_PAUSED, NOT_PAUSED, OK, NOT_PAUSED),
            new Row("ps ID", ABSENT, OK, OK, OK, OK),
            new Row("ps --format json ID", ABSENT, OK, OK, OK, OK),
            new Row("update --pids-limit 100 ID", ABSENT, OK, OK, OK, NOT_RUNNING),
            new Row("events --stats ID", ABSENT, OK, OK, OK, NO_EVENTS),
            new Row("events ID", ABSENT, null, null, null, NO_EVENTS));

    /** Where the installed runc 1.1.5 does otherwise. */
    private static final List<String> RUNC_DIFFERS = List.of(
            // The runc of today ignores that nothing runs.
            "kill --all ID 0/STOPPED",
            // It looks for the container first.
            "kill ID NONSENSE/NONE");

    /** Commands that, when they succeed, leave the state as it is. */
    private static final List<String> LOOKING = List.of("state ID", "ps ID", "ps --format json ID",
            "update --pids-limit 100 ID", "events --stats ID");

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    static Stream<Arguments> runtimesAndStates() {
        return Stream.of(false, true).flatMap(
                runc -> Arrays.stream(State.values()).map(state -> Arguments.of(runc ? "runc" : "jrunc", state)));
    }

    @ParameterizedTest(name = "{0}, container {1}")
    @MethodSource("runtimesAndStates")
    void everyCommandDoesWhatTheTableSays(String name, State state, Sandbox box) {
        OciRuntime runtime = box.runtime();
        if (name.equals("runc")) {
            Needs.tool(RUNC.toString());
            runtime = box.runtime(RUNC);
        }
        List<Executable> checks = new ArrayList<>();
        // What is refused, or only looks, must leave the state as it is: one container is enough for all of it.
        try (Container shared = container(runtime, state, box)) {
            for (Row row : TABLE) {
                String text = row.text(state);
                boolean known = name.equals("runc") && RUNC_DIFFERS.contains(row.command() + "/" + state);
                if (text != null && !known && (!text.equals(OK) || LOOKING.contains(row.command()))) {
                    checks.add(() -> check(shared, row.command(), text));
                }
            }
            checks.add(() -> shared.delete("--force").ok());
            assertAll(checks);
        }
        for (Row row : TABLE) {
            if (OK.equals(row.text(state)) && !LOOKING.contains(row.command())) {
                try (Container own = container(runtime, state, box)) {
                    check(own, row.command(), OK);
                }
            }
        }
    }

    private static void check(Container container, String command, String text) {
        Result result = container.runtime().command(command.replace("ID", container.id()).split(" ")).run();
        if (text.equals(OK)) {
            result.ok();
            assertEquals("", result.err());
        } else {
            result.failsWith(text.replace("ID", container.id()));
            assertEquals(1, result.errLines().size(), result::toString);
            assertTrue(result.out().isEmpty(), result::toString);
        }
    }

    private static Container container(OciRuntime runtime, State state, Sandbox box) {
        Container container = new Container(runtime, box.bundle().args("sleep", "1000"), box.newId());
        if (state != State.NONE) {
            container.create().ok();
        }
        if (state == State.RUNNING || state == State.PAUSED) {
            container.start().ok();
        }
        if (state == State.PAUSED) {
            runtime.command("pause", container.id()).run().ok();
        }
        if (state == State.STOPPED) {
            container.kill("KILL").ok();
            container.awaitStopped();
        }
        return container;
    }
}
