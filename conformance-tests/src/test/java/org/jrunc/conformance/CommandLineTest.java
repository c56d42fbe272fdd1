package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Flags, {@code spec}, logs, and the surroundings a runtime is called in. */
@ExtendWith(NothingLeftExtension.class)
class CommandLineTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void versionHasTheThreeLinesThatEnginesParse(Sandbox box) {
        for (String flag : List.of("--version", "-v")) {
            Result result = box.runtime().withRoot(null).command(flag).run().ok();
            assertLinesMatch(List.of(".*runc version \\d+\\.\\d+\\.\\d+.*", "commit: .*", "spec: 1\\.\\d+\\.\\d+.*"),
                    result.outLines().subList(0, 3));
            assertEquals("", result.err());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "start", "state", "kill", "delete", "list", "run", "spec"})
    void everyCommandHasHelp(String command, Sandbox box) {
        for (String flag : List.of("-h", "--help")) {
            Result result = box.runtime().command(command, flag).run().ok();
            assertTrue(result.outLines().get(1).contains(box.runtime().executable().getFileName() + " " + command),
                    result::toString);
        }
    }

    @Test
    void anUnknownCommandFails(Sandbox box) {
        Result result = box.runtime().command("nonsense").run();
        assertFalse(result.exit() == 0, result::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "start", "delete", "create", "run"})
    void aMissingIdIsNamed(String command, Sandbox box) {
        Result result = box.runtime().command(command).run();
        result.failsWith("\\\"" + command + "\\\" requires exactly 1 argument(s)");
    }

    @Test
    void flagsMayComeLateWithOneDashAndWithAnEqualsSign(Sandbox box) {
        Bundle bundle = box.bundle().idle();
        try (Container container = box.container(bundle)) {
            container.invocation("create");
            box.runtime().command("create", "-bundle=" + bundle.dir(), container.id()).run().ok();
            box.runtime().command("list", "-format=json").run().ok();
            box.runtime().command("delete", container.id(), "--force").run().ok();
            container.state().failsWith("does not exist");
        }
    }

    @Test
    void worksWithAnEmptyEnvironmentFromAnyDirectoryThroughASymlink(Sandbox box) throws IOException {
        Path link = Files.createSymbolicLink(box.dir().resolve("link"), box.runtime().executable());
        Bundle bundle = box.bundle().sh("echo it works").save();
        Result result = box.runtime().withExecutable(link)
                .command("run", "--bundle", bundle.dir().toString(), box.newId())
                .emptyEnvironment().cwd(Path.of("/proc")).run().ok();
        assertEquals("it works\n", result.out());
        assertEquals("", result.err());
    }

    @Test
    void javaOptionsOfTheCallerAreIgnored(Sandbox box) {
        Container container = box.container(box.bundle().sh("echo it works; env"));
        Result result = container.invocation("run").env("JAVA_TOOL_OPTIONS", "-Dnonsense")
                .env("_JAVA_OPTIONS", "-Xmx1k")
                .env("JDK_JAVA_OPTIONS", "-nonsense").env("LD_PRELOAD", "").env("JAVA_HOME", "/nowhere").run().ok();
        assertTrue(result.out().startsWith("it works\n"), result::toString);
        assertFalse(result.out().contains("JAVA"), result::toString);
        assertEquals("", result.err());
    }

    @Test
    void nothingIsWrittenIntoTheBundleOrTheCurrentDirectory(Sandbox box) throws IOException {
        Path cwd = box.newDirectory();
        Container container = box.container(box.bundle().args("true"));
        container.invocation("run").cwd(cwd).run().ok();
        try (var here = Files.list(cwd); var there = Files.list(container.bundle().dir())) {
            assertEquals(List.of(), here.toList());
            assertEquals(List.of("config.json", "rootfs"),
                    there.map(p -> p.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void specWritesAConfigurationThatRuns(Sandbox box) throws IOException {
        Bundle bundle = box.bundle();
        box.runtime().command("spec").cwd(bundle.dir()).run().ok().silent();
        Path file = bundle.dir().resolve("config.json");
        assertTrue(Files.readString(file).startsWith("{\n\t\"ociVersion\": \"1."), "indented by tabs");
        JsonNode config = Bundle.JSON.readTree(Files.readString(file));
        assertEquals("sh", config.at("/process/args/0").asString());
        assertTrue(config.at("/process/terminal").asBoolean());
        assertTrue(config.at("/root/readonly").asBoolean());
        assertTrue(config.at("/process/capabilities/ambient").isMissingNode());
        assertTrue(config.at("/process/capabilities/inheritable").isMissingNode());

        Files.writeString(file, Files.readString(file).replace("\"terminal\": true", "\"terminal\": false"));
        Result result = box.runtime().command("run", "--bundle", bundle.dir().toString(), box.newId())
                .stdin("echo from the shell; hostname").run().ok();
        assertEquals("from the shell\n" + config.path("hostname").asString() + "\n", result.out());
    }

    @Test
    void specDoesNotOverwrite(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().save();
        String before = Files.readString(bundle.dir().resolve("config.json"));
        box.runtime().command("spec", "--bundle", bundle.dir().toString()).run()
                .failsWith("config.json exists. Remove it first");
        assertEquals(before, Files.readString(bundle.dir().resolve("config.json")));
    }

    @Test
    void specForANormalUserMapsHimself(Sandbox box) throws IOException {
        Path directory = box.newDirectory();
        box.runtime().command("spec", "--rootless", "--bundle", directory.toString()).run().ok();
        JsonNode config = Bundle.JSON.readTree(Files.readString(directory.resolve("config.json")));
        List<String> namespaces = config.at("/linux/namespaces").valueStream().map(n -> n.path("type").asString())
                .toList();
        assertTrue(namespaces.contains("user") && !namespaces.contains("network"), namespaces::toString);
        assertEquals(1, config.at("/linux/uidMappings/0/size").asInt());
        assertTrue(config.at("/linux/resources").isMissingNode());
        JsonNode sys = config.path("mounts").valueStream().filter(m -> m.path("destination").asString().equals("/sys"))
                .findFirst().orElseThrow();
        assertTrue(sys.path("options").valueStream().anyMatch(o -> o.asString().equals("rbind")), sys::toString);
    }

    @Test
    void anErrorIsOneLogLineOnStandardErrorByDefault(Sandbox box) {
        Result text = box.runtime().command("state", "nothing").run().exits(1);
        assertLinesMatch(List.of("time=\"20\\S+\" level=error msg=\".*does not exist.*\""), text.errLines());
        Result json = box.runtime().withGlobals("--log-format", "json").command("state", "nothing").run().exits(1);
        assertEquals("error", Bundle.JSON.readTree(json.err()).path("level").asString());
        assertEquals(1, json.errLines().size());
    }

    @Test
    void aLogFileIsAppendedTo(Sandbox box) throws IOException {
        Path log = box.dir().resolve("log");
        Files.writeString(log, "before\n");
        OciRuntime runtime = box.runtime().withGlobals("--log", log.toString());
        Result result = runtime.command("state", "nothing").run().exits(1);
        assertLinesMatch(List.of("before", "time=\"20\\S+\" level=error msg=\".*does not exist.*\""),
                Files.readAllLines(log));
        assertFalse(result.err().contains("level="), result::toString);
        assertTrue(result.err().contains("does not exist"), result::toString);
    }

    /** A log that takes nothing: a full disk, a FIFO whose reader has gone, a closed descriptor. */
    @ParameterizedTest
    @ValueSource(strings = {"/dev/full", "FIFO", "/dev/fd/2"})
    void aFullOrClosedLogChangesNothing(String log, Sandbox box) {
        String reader = "";
        if (log.equals("FIFO")) {
            log = box.dir().resolve("fifo").toString();
            Shell.sh("mkfifo " + log);
            reader = "head -c 1 " + log + " > /dev/null & ";
        }
        String close = log.equals("/dev/fd/2") ? " 2>&-" : "";
        // With a warning, so that there is something to write: the property does not exist on this kernel.
        Bundle bundle = box.bundle().sh("echo it works").set("/linux/resources/memory/kernel", 1 << 20);
        OciRuntime runtime = box.runtime().withGlobals("--debug", "--log", log);
        Container container = new Container(runtime, bundle, box.newId());
        Result result = through(reader, container.invocation("run"), close).run().ok();
        assertEquals("it works\n", result.out());
        assertEquals("", result.err());
        result = through(reader, runtime.command("state", "missing"), close).run().exits(1);
        if (close.isEmpty()) {
            assertEquals("container does not exist\n", result.err());
        }
    }

    private static Invocation through(String before, Invocation command, String after) {
        return new Invocation(command.scratch(), List.of("sh", "-c",
                before + String.join(" ", command.builder().command()) + after));
    }

    @Test
    void aLogThatCanNotBeOpenedIsAnErrorAndNothingIsMade(Sandbox box) {
        String log = box.newDirectory().toString();
        Container container = new Container(box.runtime().withGlobals("--log", log), box.bundle(), box.newId());
        BadInputTest.assertRefused(container, container.create(), "cannot open the log file " + log);
    }

    @Test
    void anUnknownLogFormatIsRefused(Sandbox box) {
        box.runtime().withGlobals("--log-format", "xml").command("list").run().exits(1);
    }

    @Test
    void debugSaysMoreButNotOnStandardOutput(Sandbox box) {
        Container container = new Container(box.runtime().withGlobals("--debug"), box.bundle().sh("echo out"),
                box.newId());
        Result result = container.run().ok();
        assertEquals("out\n", result.out());
        assertTrue(result.err().contains("level=debug"), result::toString);
    }
}
