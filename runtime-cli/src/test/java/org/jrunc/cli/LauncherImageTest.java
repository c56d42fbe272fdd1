package org.jrunc.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The built image, called in all the odd ways in which engines and people call a runtime. */
class LauncherImageTest {

    private static final Path IMAGE = Path.of(System.getProperty("jrunc.image"));
    private static final String JRUNC = IMAGE.resolve("bin/jrunc").toString();
    private static final Map<String, String> COLD = Map.of("JRUNC_WARM", "off");
    private static final String FAILURE = "unknown signal \"NONE\"\n";

    @TempDir
    private Path directory;

    private Path log;

    @BeforeEach
    void nameTheLog() {
        log = directory.resolve("log");
    }

    /** What a process printed, and how it ended. */
    private record Ended(int status, String out, String err) {
    }

    private Ended run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        File out = directory.resolve("stdout").toFile();
        File err = directory.resolve("stderr").toFile();
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectOutput(out).redirectError(err);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath()));
    }

    /** A command that fails in a known way, with all of its output known. */
    private void assertWorks(Map<String, String> environment, String... program)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of("--log", log.toString(), "--log-format", "json", "kill", "x", "NONE"));
        Ended ended = run(environment, command.toArray(new String[0]));
        assertEquals(new Ended(1, "", FAILURE), ended);
        assertTrue(Files.readString(log).startsWith("{\"level\":\"error\",\"msg\":\"unknown signal"));
    }

    @Test
    void worksWithAnEmptyEnvironment() throws Exception {
        assertWorks(Map.of(), JRUNC);
    }

    @Test
    void worksThroughSymlinks() throws Exception {
        Files.createDirectories(directory.resolve("bin"));
        Path absolute = Files.createSymbolicLink(directory.resolve("bin/absolute"), Path.of(JRUNC));
        Path relative = Files.createSymbolicLink(directory.resolve("relative"), Path.of("bin/absolute"));
        assertWorks(Map.of(), absolute.toString());
        assertWorks(Map.of(), relative.toString());
        assertWorks(Map.of(), "./relative");
        assertWorks(Map.of("PATH", "/nonexistent"), "./relative");
    }

    @Test
    void worksThroughThePath() throws Exception {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("jrunc"), Path.of(JRUNC));
        assertWorks(Map.of("PATH", bin + ":/usr/bin:/bin"), "/usr/bin/env", "jrunc");
        assertWorks(Map.of("PATH", IMAGE.resolve("bin") + ":/usr/bin:/bin"), "/usr/bin/env", "jrunc");
    }

    @Test
    void worksFromItsOwnDirectory() throws Exception {
        assertWorks(Map.of(), "/bin/sh", "-c", "cd " + IMAGE.resolve("bin") + " && exec ./jrunc \"$@\"", "sh");
    }

    @Test
    void worksFromADeletedDirectory() throws Exception {
        Ended ended = run(Map.of(), "/bin/sh", "-c", "mkdir d; cd d; rmdir ../d; exec " + JRUNC + " kill x NONE");
        assertEquals(1, ended.status());
        assertTrue(ended.err().contains("unknown signal"), ended.err());
    }

    @Test
    void worksWhenMovedAndReadOnly() throws Exception {
        Path moved = directory.resolve("some where/else");
        Files.createDirectories(moved.getParent());
        assertEquals(0, run(Map.of(), "/bin/cp", "-r", IMAGE.toString(), moved.toString()).status());
        assertEquals(0, run(Map.of(), "/bin/chmod", "-R", "a-w", moved.toString()).status());
        assertWorks(Map.of(), moved.resolve("bin/jrunc").toString());
        assertEquals(0, run(Map.of(), "/bin/chmod", "-R", "u+w", moved.toString()).status());
    }

    @Test
    void ignoresWhatTheCallerWouldTellTheJvm() throws Exception {
        assertWorks(Map.of("JAVA_TOOL_OPTIONS", "-Dtold=1", "JDK_JAVA_OPTIONS", "-Dtold=1", "_JAVA_OPTIONS", "-Xint",
                "_JAVA_LAUNCHER_DEBUG", "1", "CLASSPATH", "/", "LD_LIBRARY_PATH", "/nonexistent",
                "JAVA_HOME", "/nonexistent"), JRUNC);
    }

    @Test
    void ignoresOptionFilesInTheWorkingDirectory() throws Exception {
        Files.writeString(directory.resolve(".hotspotrc"), "+PrintFlagsFinal");
        Files.writeString(directory.resolve(".hotspot_compiler"), "print");
        assertWorks(Map.of(), JRUNC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a cache"})
    void saysNothingWhenTheCacheDoesNotFit(String cache) throws Exception {
        Path copy = directory.resolve("copy");
        assertEquals(0, run(Map.of(), "/bin/cp", "-r", IMAGE.toString(), copy.toString()).status());
        for (String name : List.of("lib/jrunc.aot", "lib/jrunc-create.aot", "lib/jrunc-small.aot")) {
            Files.writeString(copy.resolve(name), cache);
        }
        assertWorks(Map.of(), copy.resolve("bin/jrunc").toString());
        for (String name : List.of("lib/jrunc.aot", "lib/jrunc-create.aot", "lib/jrunc-small.aot")) {
            Files.delete(copy.resolve(name));
        }
        assertWorks(Map.of(), copy.resolve("bin/jrunc").toString());
    }

    @ParameterizedTest
    @CsvSource({"state x, jrunc-small", "exec x ps, jrunc", "delete x, jrunc-small",
            "--root /run/x --log create list, jrunc-create", "create x, jrunc-create",
            "--version, jrunc-small", "--help, jrunc", "serve, jrunc"})
    void usesTheCacheOfTheCommand(String arguments, String cache) throws Exception {
        // The launcher itself with another program in the place of java, which says what it was called with.
        Path copy = directory.resolve("copy/bin");
        Files.createDirectories(copy);
        Files.copy(Path.of(JRUNC), copy.resolve("jrunc"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createSymbolicLink(copy.resolve("java"), Path.of("/bin/echo"));
        String called = run(COLD, "/bin/sh", "-c", "exec " + copy.resolve("jrunc") + " " + arguments).out();
        assertTrue(called.contains("/lib/" + cache + ".aot "), called);

        String options = called.substring(0, called.indexOf(" -m org.jrunc.cli/"))
                .replace(copy.toString(), IMAGE.resolve("bin").toString());
        Ended ended = run(Map.of(), "/bin/sh", "-c", "exec " + IMAGE.resolve("bin/java") + " -XX:AOTMode=on "
                + options + " -Xlog:aot -m org.jrunc.cli/org.jrunc.cli.Main --version");
        assertTrue((ended.out() + ended.err()).contains("Using AOT-linked classes: true"), ended.out() + ended.err());
    }

    @Test
    void isTheSameProcessAsTheJvm() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertEquals(0, run(Map.of(), "/usr/bin/mkfifo", fifo.toString()).status());
        // Opening the FIFO as its log, jrunc waits for a reader; meanwhile its process can be looked at.
        ProcessBuilder builder = new ProcessBuilder(JRUNC, "--log", fifo.toString(), "kill", "x", "NONE")
                .redirectErrorStream(true);
        builder.environment().putAll(COLD);
        Process process = builder.start();
        try {
            String java = IMAGE.resolve("bin/java").toRealPath().toString();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!process.info().command().orElse("").equals(java)) {
                assertTrue(System.nanoTime() < deadline, "still " + process.info());
                Thread.sleep(10);
            }
            assertEquals(List.of(), process.children().toList());
        } finally {
            process.destroy();
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(128 + 15, process.exitValue(), "SIGTERM has its default action");
    }

    @Test
    void understandsUtf8WithoutALocale() throws Exception {
        log = directory.resolve("prüfung-日本.log");
        assertWorks(Map.of(), JRUNC);
        assertWorks(Map.of("LC_ALL", "POSIX"), JRUNC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<&-", ">&-", "2>&-", "<&- >&- 2>&-"})
    void survivesClosedDescriptors(String closed) throws Exception {
        Ended ended = run(Map.of(), "/bin/sh", "-c", "exec " + JRUNC + " --log " + log + " kill x NONE " + closed);
        assertEquals(1, ended.status());
        assertEquals("", ended.out());
        assertTrue(Files.readString(log).endsWith("msg=\"unknown signal \\\"NONE\\\"\"\n"), Files.readString(log));
    }

    @Test
    void failsWhenItsOutputIsLost() throws Exception {
        assertEquals(1, run(Map.of(), "/bin/sh", "-c", "exec " + JRUNC + " --version > /dev/full").status());
    }

    @Test
    void leavesNoFilesBehind() throws Exception {
        Path cwd = Files.createDirectory(directory.resolve("cwd"));
        run(Map.of(), "/bin/sh", "-c", "cd cwd && ulimit -c unlimited; " + JRUNC + " --version; " + JRUNC + " state x");
        try (Stream<Path> files = Files.list(cwd)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void tellsTheNameItWasCalledBy() throws Exception {
        Path runc = Files.createSymbolicLink(directory.resolve("runc"), Path.of(JRUNC));
        assertTrue(run(Map.of(), runc.toString(), "--version").out().startsWith("runc version "));
        assertTrue(run(Map.of(), runc.toString(), "state").err()
                .contains("msg=\"" + runc + ": \\\"state\\\" requires"));
        assertTrue(run(Map.of("PATH", directory + ":/usr/bin:/bin"), "/usr/bin/env", "runc", "state").err()
                .contains("msg=\"runc: \\\"state\\\" requires"));
    }
}
