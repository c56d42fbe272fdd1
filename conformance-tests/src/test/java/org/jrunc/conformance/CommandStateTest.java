package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each command on a container in each state: exit code and text, by the installed runc and by jrunc. Engines decide by
 * both.
 */
@ExtendWith(NothingLeftExtension.class)
class CommandStateTest {

    private static final Path RUNC = Path.of("/usr/sbin/runc");
    private static final String OK = "";

    /** A command: its words with ID for the container, then what it says in each state, OK for success. */
    private record Row(String command, String none, String creating, String created, String running, String paused,
            String stopped) {

        /** One that says of a container that is being created what it says when there is none. */
        Row(String command, String none, String created, String running, String paused, String stopped) {
            this(command, none, none, created, running, paused, stopped);
        }

        String text(State state) {
            return switch (state) {
                case NONE -> none;
                case CREATING -> creating;
                case CREATED -> created;
                case RUNNING -> running;
                case PAUSED -> paused;
                case STOPPED -> stopped;
            };
        }
    }

    private enum State { NONE, CREATING, CREATED, RUNNING, PAUSED, STOPPED }

    private static final String ABSENT = "container does not exist";
    private static final String EXISTS = "container with given ID already exists";
    private static final String NOT_RUNNING = "container not running";
    private static final String NOT_PAUSED = "container not paused";
    private static final String NO_EVENTS = "container with id @ is not running";
    private static final String NOT_STOPPED = "cannot delete container @ that is not stopped: ";
    private static final String UNKNOWN = "unknown signal \\\"NONSENSE\\\"";
    private static final String EXEC_PAUSED = "exec failed: cannot exec in a paused container"
            + " (use --ignore-paused to override)";
    private static final String EXEC_STOPPED = "exec failed: cannot exec in a stopped container";

    /** null: is told by another test, or would not end. */
    private static final List<Row> TABLE = List.of(
            new Row("state ID", ABSENT, OK, OK, OK, OK),
            new Row("state -- ID", ABSENT, OK, OK, OK, OK),
            new Row("start ID", ABSENT, OK, "cannot start an already running container",
                    "cannot start a container in the paused state", "cannot start a container that has stopped"),
            new Row("kill ID TERM", ABSENT, OK, OK, OK, NOT_RUNNING),
            new Row("kill ID", ABSENT, OK, OK, OK, NOT_RUNNING),
            new Row("kill -- ID 9", ABSENT, OK, OK, OK, NOT_RUNNING),
            new Row("kill -all ID 0", ABSENT, OK, OK, OK, OK),
            new Row("kill --all ID KILL", ABSENT, OK, OK, OK, OK),
            new Row("kill ID NONSENSE", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
            // What is done to a container that is being created is the subject of CrashTest and ConcurrencyTest.
            new Row("delete ID", ABSENT, null, OK, NOT_STOPPED + "running", NOT_STOPPED + "paused", OK),
            new Row("delete --force ID", OK, null, OK, OK, OK, OK),
            new Row("delete ID -force", OK, null, OK, OK, OK, OK),
            new Row("create --bundle BUNDLE ID", OK, EXISTS, EXISTS, EXISTS, EXISTS, EXISTS),
            new Row("run ID -bundle=BUNDLE", null, EXISTS, EXISTS, EXISTS, EXISTS, EXISTS),
            new Row("exec ID true", "exec failed: " + ABSENT, OK, OK, EXEC_PAUSED, EXEC_STOPPED),
            new Row("exec -- ID true", "exec failed: " + ABSENT, OK, OK, EXEC_PAUSED, EXEC_STOPPED),
            new Row("exec -ignore-paused -d ID true", "exec failed: " + ABSENT, OK, OK, null, EXEC_STOPPED),
            new Row("pause ID", ABSENT, OK, OK, NOT_RUNNING, NOT_RUNNING),
            new Row("resume ID", ABSENT, NOT_PAUSED, NOT_PAUSED, OK, NOT_PAUSED),
            new Row("ps ID", ABSENT, OK, OK, OK, OK),
            new Row("ps -format=json ID", ABSENT, OK, OK, OK, OK),
            new Row("ps ID -f", ABSENT, OK, OK, OK, OK),
            new Row("update --pids-limit 100 ID", ABSENT, OK, OK, OK, NOT_RUNNING),
            new Row("update ID -pids-limit=100", ABSENT, OK, OK, OK, NOT_RUNNING),
            new Row("events --stats ID", ABSENT, OK, OK, OK, NO_EVENTS),
            new Row("events ID -stats", ABSENT, OK, OK, OK, NO_EVENTS),
            new Row("events ID", ABSENT, null, null, null, NO_EVENTS),
            new Row("checkpoint --image-path BUNDLE/image ID", ABSENT, "cannot be checkpointed in created state", null,
                    null, "cannot be checkpointed in stopped state"),
            new Row("restore --image-path BUNDLE/image --bundle BUNDLE ID", null, EXISTS, EXISTS, EXISTS, EXISTS,
                    EXISTS));

    /** Where the installed runc 1.1.5 does otherwise. */
    private static final List<String> RUNC_DIFFERS = List.of(
            // The runc of today ignores that nothing runs.
            "kill -all ID 0/STOPPED", "kill --all ID KILL/STOPPED",
            // It lets a paused container go on.
            "kill -all ID 0/PAUSED",
            // It looks for the container first.
            "kill ID NONSENSE/NONE", "kill ID NONSENSE/CREATING",
            // It looks for the state's file only, and breaks the container that is being created.
            "create --bundle BUNDLE ID/CREATING", "run ID -bundle=BUNDLE/CREATING",
            "restore --image-path BUNDLE/image --bundle BUNDLE ID/CREATING");

    /** Commands that, when they succeed, leave the state as it is. */
    private static final List<String> LOOKING = List.of("state ID", "state -- ID", "kill -all ID 0", "exec ID true",
            "exec -- ID true", "exec -ignore-paused -d ID true", "ps ID", "ps -format=json ID", "ps ID -f",
            "update --pids-limit 100 ID", "update ID -pids-limit=100", "events --stats ID", "events ID -stats");

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    static Stream<Arguments> runtimesAndStates() {
        return Stream.of("runc", "jrunc").flatMap(name -> Arrays.stream(State.values())
                .filter(state -> state != State.CREATING).map(state -> Arguments.of(name, state)));
    }

    private static OciRuntime runtime(String name, Sandbox box) {
        if (name.equals("runc")) {
            Needs.tool(RUNC.toString());
            return box.runtime(RUNC);
        }
        return box.runtime();
    }

    @ParameterizedTest(name = "{0}, container {1}")
    @MethodSource("runtimesAndStates")
    void everyCommandDoesWhatTheTableSays(String name, State state, Sandbox box) {
        OciRuntime runtime = runtime(name, box);
        // What is refused, or only looks, must leave the state as it is: one container is enough for all of it.
        try (Container shared = container(runtime, state, box)) {
            checkShared(shared, state);
        }
        for (Row row : TABLE) {
            if (OK.equals(row.text(state)) && !LOOKING.contains(row.command())) {
                try (Container own = container(runtime, state, box)) {
                    check(own, row.command(), OK);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"runc", "jrunc"})
    void aContainerThatIsBeingCreatedDoesNotExistYet(String name, Sandbox box) throws IOException {
        Path go = box.dir().resolve("go");
        Path ready = box.dir().resolve("ready");
        Bundle bundle = box.bundle().args("sleep", "1000").hook("createRuntime",
                "touch " + ready + "; while [ ! -e " + go + " ]; do sleep 0.05; done");
        try (Container container = new Container(runtime(name, box), bundle, box.newId())) {
            Invocation.Running create = container.invocation("create").start();
            Poll.until("the hook runs " + create.soFar(), () -> Files.exists(ready));
            checkShared(container, State.CREATING);
            Files.createFile(go);
            create.await(Duration.ofSeconds(30)).ok();
            assertEquals("created", container.status());
        }
    }

    /** Its init is pid 1 of a pid namespace, to which the kernel delivers nothing that it does not handle. */
    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"runc, TERM", "runc, INT", "runc, HUP", "runc, QUIT", "jrunc, TERM", "jrunc, INT", "jrunc, HUP",
        "jrunc, QUIT"})
    void aCreatedContainerEndsOfWhatEndsAProgram(String name, String signal, Sandbox box) {
        try (Container container = container(runtime(name, box), State.CREATED, box)) {
            container.kill(signal).ok();
            container.awaitStopped();
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"runc, USR1", "runc, WINCH", "jrunc, USR1", "jrunc, WINCH"})
    void aCreatedContainerOutlivesOtherSignals(String name, String signal, Sandbox box) throws InterruptedException {
        try (Container container = container(runtime(name, box), State.CREATED, box)) {
            container.kill(signal).ok();
            Thread.sleep(200);
            assertEquals("created", container.status());
            container.start().ok();
            assertEquals("running", container.status());
        }
    }

    private static void checkShared(Container container, State state) {
        boolean runc = container.runtime().kind() == OciRuntime.Kind.RUNC;
        List<Executable> checks = new ArrayList<>();
        for (Row row : TABLE) {
            String text = row.text(state);
            boolean known = runc && RUNC_DIFFERS.contains(row.command() + "/" + state);
            if (text != null && !known && (!text.equals(OK) || LOOKING.contains(row.command()))) {
                checks.add(() -> check(container, row.command(), text));
            }
        }
        assertAll(checks);
    }

    private static void check(Container container, String command, String text) {
        Bundle bundle = container.bundle().save();
        String words = command.replace("BUNDLE", bundle.dir().toString()).replace("ID", container.id());
        Result result = container.runtime().command(words.split(" ")).run();
        if (text.equals(OK)) {
            result.ok();
            assertEquals("", result.err());
        } else {
            result.exits(command.startsWith("exec") ? 255 : 1);
            assertTrue(result.err().contains(text.replace("@", container.id())), result::toString);
            assertEquals(1, result.errLines().size(), result::toString);
            assertTrue(result.out().isEmpty(), result::toString);
        }
    }

    private static Container container(OciRuntime runtime, State state, Sandbox box) {
        Bundle bundle = box.bundle().args("sleep", "1000");
        Container container = new Container(runtime, bundle, box.newId());
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
