package org.jrunc.cli;

import static org.jrunc.cli.CommandLine.jrunc;
import static org.jrunc.cli.CommandLine.jruncIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", "-h", "--help", "help", "h", "help --help"})
    void showsTheGeneralHelp(String line) {
        CommandLine result = jrunc(line.isEmpty() ? new String[0] : line.split(" "));
        assertEquals(0, result.status());
        assertEquals("NAME:", result.outLines()[0]);
        assertEquals("   jrunc - Open Container Initiative runtime", result.outLines()[1]);
        assertTrue(result.out().contains("\n   create      make a container"), result.out());
        assertTrue(result.out().contains("\n   help, h  "), result.out());
        assertEquals("", result.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "delete", "kill", "list", "run", "spec", "start", "state"})
    void showsTheHelpOfACommand(String command) {
        for (String[] line : new String[][] {{command, "-h"}, {command, "--help"}, {"help", command}}) {
            CommandLine result = jrunc(line);
            assertEquals(0, result.status());
            assertEquals("NAME:", result.outLines()[0]);
            assertTrue(result.outLines()[1].startsWith("   jrunc " + command + " - "), result.out());
            assertTrue(result.out().contains("\n   --help, -h"), result.out());
            assertEquals("", result.err());
        }
    }

    @Test
    void hidesOldFlagsInTheHelp() {
        assertFalse(jrunc("kill", "--help").out().contains("--all"));
        assertFalse(jrunc("--help").out().contains("--criu"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-v", "-version", "--root /r --version", "state --version"})
    void printsTheVersionAsEnginesParseIt(String line) {
        CommandLine result = jrunc(line.split(" "));
        assertEquals(0, result.status());
        assertTrue(result.outLines()[0].matches("jrunc version \\d+\\.\\d+\\.\\d+.*"), result.out());
        assertTrue(result.outLines()[1].startsWith("commit: "), result.out());
        assertTrue(result.outLines()[2].matches("spec: \\d+\\.\\d+\\.\\d+"), result.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "foo -h", "--debug foo x", "help foo"})
    void refusesAnUnknownCommand(String line) {
        CommandLine result = jrunc(line.split(" "));
        assertEquals(3, result.status());
        assertTrue(result.err().contains("msg=\"No help topic for 'foo'\""), result.err());
    }

    @Test
    void takesAnEmptyWordForAnUnknownCommand() {
        CommandLine result = jrunc("");
        assertEquals(3, result.status());
        assertTrue(result.err().contains("No help topic for ''"), result.err());
    }

    @ParameterizedTest
    @CsvSource({
        "state, state, exactly 1", "state a b, state, exactly 1", "start, start, exactly 1",
        "create, create, exactly 1", "run a b, run, exactly 1", "delete, delete, exactly 1",
        "delete --force, delete, exactly 1", "list x, list, exactly 0", "spec x, spec, exactly 0",
        "kill, kill, a minimum of 1", "kill a 9 b, kill, a maximum of 2"})
    void countsArguments(String line, String command, String bound) {
        CommandLine result = jrunc(line.split(" "));
        assertEquals(1, result.status());
        assertTrue(result.out().startsWith("Incorrect Usage.\n\nNAME:\n   jrunc " + command + " - "), result.out());
        assertTrue(result.err().endsWith("level=error msg=\"jrunc: \\\"" + command + "\\\" requires " + bound
                + " argument(s)\"\n"), result.err());
    }

    @Test
    void refusesAnUnknownFlagWithTheHelpOfTheCommand() {
        CommandLine result = jrunc("delete", "--nonsense", "x");
        assertEquals(1, result.status());
        assertTrue(result.out().startsWith(
                "Incorrect Usage: flag provided but not defined: -nonsense\n\nNAME:\n   jrunc delete"), result.out());
        assertTrue(result.err().contains("flag provided but not defined: -nonsense"), result.err());
    }

    @Test
    void aSignalMayBePartedFromTheContainer() {
        assertTrue(jrunc("kill", "x", "--", "NOSUCHSIGNAL").err().contains("unknown signal \\\"NOSUCHSIGNAL\\\""));
        assertTrue(jrunc("kill", "x", "--", "9", "9").out().startsWith("Incorrect Usage"));
    }

    @Test
    void reportsAFailureOnceOnStderrWithoutALogFile() {
        CommandLine result = jrunc("kill", "x", "NOSUCHSIGNAL");
        assertEquals(1, result.status());
        assertEquals("", result.out());
        assertTrue(result.err().matches(
                "time=\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\" level=error"
                        + " msg=\"unknown signal .*\"\n"), result.err());
    }

    @Test
    void reportsAFailureToTheLogAndBareOnStderr() throws IOException {
        Path log = directory.resolve("log.json");
        CommandLine result = jruncIn(directory, "--log", "log.json", "--log-format", "json", "kill", "x", "<A&B>");
        assertEquals(1, result.status());
        assertEquals("unknown signal \"<A&B>\"\n", result.err());
        assertTrue(Files.readString(log).matches("\\{\"level\":\"error\",\"msg\":\"unknown signal "
                + "\\\\\"\\\\u003cA\\\\u0026B\\\\u003e\\\\\"\",\"time\":\"[0-9T:-]+Z\"}\n"), Files.readString(log));
    }

    @ParameterizedTest
    @CsvSource({"state --nonsense x, 1, flag provided but not defined: -nonsense", "foo, 3, No help topic for 'foo'",
        "help foo, 3, No help topic for 'foo'", "-- foo, 3, No help topic for 'foo'",
        "kill --debug=x a, 1, 'invalid boolean value \"x\" for -debug: parse error'"})
    void reportsALineThatCanNotBeReadToTheLogAsWell(String line, int status, String message) throws IOException {
        Path log = directory.resolve("log.json");
        CommandLine result = jrunc(("--log " + log + " --log-format json " + line).split(" "));
        assertEquals(status, result.status());
        assertEquals(message + "\n", result.err());
        assertTrue(Files.readString(log).startsWith("{\"level\":\"error\",\"msg\":\""
                + message.replace("\"", "\\\"") + "\",\"time\":"), Files.readString(log));
        assertEquals(1, Files.readAllLines(log).size());
    }

    @Test
    void saysOfALogThatIsNoneBeforeItLooksForTheCommand() {
        assertTrue(jrunc("--log-format", "xml", "foo").err().contains("invalid log-format: xml"));
    }

    @Test
    void appendsToTheLogAndMakesItReadable() throws IOException {
        Path log = directory.resolve("log");
        jrunc("--log", log.toString(), "kill", "x", "ONE");
        jrunc("kill", "--log=" + log, "x", "TWO");
        assertEquals(2, Files.readAllLines(log).size());
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(log)));
    }

    @Test
    void takesAnEmptyLogAsStderr() {
        assertTrue(jrunc("--log", "", "--log-format", "", "kill", "x", "ONE").err().startsWith("time="));
    }

    @Test
    void refusesALogThatCanNotBeOpened() {
        CommandLine result = jrunc("--log", directory.resolve("missing/log").toString(), "state", "x");
        assertEquals(1, result.status());
        assertTrue(result.err().contains("cannot open the log file " + directory), result.err());
        assertFalse(result.err().contains("no such file"), "engines would take it for the container's command");
    }

    @Test
    void survivesAFullLog() {
        CommandLine result = jrunc("--log", "/dev/full", "kill", "x", "ONE");
        assertEquals(1, result.status());
        assertEquals("unknown signal \"ONE\"\n", result.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--log-format xml state x | invalid log-format: xml",
        "--log-level loud state x | invalid log-level: loud",
        "--root / state x | Option --root argument should not be set to /",
        "--root /a/.. state x | Option --root argument should not be set to /",
        "--rootless maybe state x | invalid --rootless",
        "--cgroup-manager none state x | invalid --cgroup-manager",
        "list --format yaml --root /nonexistent | invalid format option",
        "create --preserve-fds -1 x | invalid --preserve-fds",
        "run --preserve-fds x x | invalid --preserve-fds"})
    void refusesBadValues(String line, String message) {
        CommandLine result = jrunc(line.split(" "));
        assertEquals(1, result.status());
        assertEquals("", result.out());
        assertTrue(result.err().contains(message), result.err());
    }

    @Test
    void prefixesFailuresOfCreateAndRunOnly() {
        assertTrue(jrunc("create", "--preserve-fds", "x", "x").err().contains("msg=\"jrunc create failed: "));
        assertTrue(jrunc("run", "--preserve-fds", "x", "x").err().contains("msg=\"jrunc run failed: "));
        assertTrue(jrunc("kill", "x", "ONE").err().contains("msg=\"unknown signal"));
    }

    @Test
    void writesAConfigThatIsNotThereYet() throws IOException {
        assertEquals(0, jruncIn(directory, "spec").status());
        String first = Files.readString(directory.resolve("config.json"));
        assertTrue(first.startsWith("{\n\t\"ociVersion\": \""), first);
        CommandLine again = jruncIn(directory, "spec");
        assertEquals(1, again.status());
        assertTrue(again.err().contains("File config.json exists. Remove it first"), again.err());
        assertEquals(first, Files.readString(directory.resolve("config.json")));
    }

    @Test
    void writesARootlessConfigIntoTheBundle() throws IOException {
        Path bundle = Files.createDirectory(directory.resolve("bundle"));
        assertEquals(0, jruncIn(directory, "spec", "--rootless", "-b", "bundle").status());
        assertTrue(Files.readString(bundle.resolve("config.json")).contains("\"uidMappings\""));
    }
}
