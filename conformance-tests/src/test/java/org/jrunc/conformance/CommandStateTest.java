package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
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

    /** Where the installed runc 1.1.5 does otherwise than the runc of today, whom we follow. */
    private static final List<String> RUNC_IS_OLD = List.of(
            // It signals all processes of the cgroup, of which there are none; the runc of today does what TABLE says.
            "kill --all ID 0/STOPPED");

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    static Stream<Arguments> cells() {
        List<Arguments> cells = new ArrayList<>();
        for (Row row : TABLE) {
            for (State state : State.values()) {
                if (row.text(state) != null) {
                    cells.add(Arguments.of(row.command(), state, row.text(state)));
                }
            }
        }
        return cells.stream();
    }

    @ParameterizedTest(name = "{0} when {1}: {2}")
    @MethodSource("cells")
    void saysWhatTheTableSays(String command, State state, String text, Sandbox box) {
        check(box.runtime(), command, state, text, box);
    }

    @ParameterizedTest(name = "{0} when {1}: {2}")
    @MethodSource("cells")
    void theTableIsRuncs(String command, State state, String text, Sandbox box) {
        Needs.tool(RUNC.toString());
        assumeTrue(!RUNC_IS_OLD.contains(command + "/" + state), "runc 1.1.5 differs from today's");
        check(box.runtime(RUNC), command, state, text, box);
    }

    private static void check(OciRuntime runtime, String command, State state, String text, Sandbox box) {
        try (Container container = new Container(runtime, box.bundle().args("sleep", "1000"), box.newId())) {
            bring(container, state);
            Result result = runtime.command(command.replace("ID", container.id()).split(" ")).run();
            if (text.equals(OK)) {
                result.ok();
                assertEquals("", result.err());
            } else {
                result.failsWith(text.replace("ID", container.id()));
                assertEquals(1, result.errLines().size(), result::toString);
                assertTrue(result.out().isEmpty(), result::toString);
            }
        }
    }

    private static void bring(Container container, State state) {
        if (state != State.NONE) {
            container.create().ok();
        }
        if (state == State.RUNNING || state == State.PAUSED) {
            container.start().ok();
        }
        if (state == State.PAUSED) {
            container.runtime().command("pause", container.id()).run().ok();
        }
        if (state == State.STOPPED) {
            container.kill("KILL").ok();
            container.awaitStopped();
        }
    }
}
