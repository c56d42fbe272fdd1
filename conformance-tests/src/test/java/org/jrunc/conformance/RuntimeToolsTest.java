package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The runner {@code conformance-tests/runtime-tools}, with programs of our own in the place of the suite's. */
@ExtendWith(NothingLeftExtension.class)
class RuntimeToolsTest {
    private Path suite;

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.tool("unshare");
    }

    @BeforeEach
    void aBuiltCheckout(Sandbox box) throws IOException {
        suite = box.newDirectory();
        Files.createDirectory(suite.resolve("validation"));
        Files.createFile(suite.resolve("rootfs-amd64.tar.gz"));
        script(suite.resolve("runtimetest"), "exit 0");
    }

    private void program(String name, String script) throws IOException {
        script(Files.createDirectory(suite.resolve("validation").resolve(name)).resolve(name + ".t"), script);
    }

    private static void script(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Invocation runner(Sandbox box) {
        Path script = Path.of(System.getProperty("basedir", "."), "runtime-tools").toAbsolutePath();
        return new Invocation(box.runtime().scratch(), List.of(script.toString(), suite.toString(),
                box.runtime().executable().toString())).env("TMPDIR", box.dir().toString());
    }

    /** The lines with their blanks normalised, without the summary. */
    private static List<String> lines(Result result) {
        List<String> lines = result.outLines();
        return lines.subList(0, lines.size() - 1).stream().map(l -> l.replaceAll(" +", " ")).toList();
    }

    @Test
    void eachProgramIsALineWithItsVerdictAndTheSummaryCountsThem(Sandbox box) throws IOException {
        program("good", "echo TAP version 13; echo 'ok 1 - one'; echo '  ---'; echo '  not ok: 1';"
                + " echo 'ok 2 # SKIP two'; echo 'not ok 3 # TODO later'; echo 1..3");
        program("bad", "echo 1..2; echo 'ok 1 - fine'; echo 'not ok 2 - has its name'");
        program("bail", "echo 'ok 1'; echo 'Bail out! no runtime'");
        program("crash", "echo 'ok 1'; exit 3");
        program("short", "echo 1..3; echo 'ok 1'; echo 'ok 2'");
        program("silent", "true");
        program("skipped", "echo '1..0 # SKIP not on this machine'");
        Result result = runner(box).run().exits(1);
        assertEquals(List.of("fail bad 1 passed, 1 failed, 0 skipped: has its name",
                "fail bail 1 passed, 0 failed, 0 skipped: Bail out! no runtime",
                "fail crash 1 passed, 0 failed, 0 skipped: exit status 3",
                "pass good 1 passed, 0 failed, 2 skipped",
                "fail short 2 passed, 0 failed, 0 skipped: planned 3 checks, made 2",
                "fail silent 0 passed, 0 failed, 0 skipped: no check made",
                "skip skipped 0 passed, 0 failed, 0 skipped"), lines(result));
        assertEquals("7 programs with " + box.runtime().executable() + ": 1 passed, 5 failed, 1 skipped",
                result.outLines().getLast());
    }

    @Test
    void aProgramFindsTheSuiteAndTheRuntime(Sandbox box) throws IOException {
        program("finds", "[ -x runtimetest ] && [ -e rootfs-amd64.tar.gz ] && \"$RUNTIME\" --version > \"$TMPDIR/v\" "
                + "&& grep -q version \"$TMPDIR/v\" && echo ok 1; echo 1..1");
        Path logs = box.newDirectory();
        Result result = runner(box).env("LOGS", logs.toString()).run().ok();
        assertEquals(List.of("pass finds 1 passed, 0 failed, 0 skipped"), lines(result));
        assertEquals("ok 1\n1..1\n", Files.readString(logs.resolve("finds.tap")));
    }

    @Test
    void aProgramThatDoesNotEndIsStopped(Sandbox box) throws IOException {
        program("endless", "echo ok 1; sleep 100");
        Result result = runner(box).env("TIMEOUT", "1").run().exits(1);
        assertEquals(List.of("fail endless 1 passed, 0 failed, 0 skipped: no end within 1 s"), lines(result));
    }

    /** What the sandbox would find afterwards is what this is about: a process, a mount, a container, its cgroup. */
    @Test
    void whatAProgramLeavesBehindIsRemoved(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().idle();
        String id = box.newId();
        bundle.set("/linux/cgroupsPath", "/" + id).save();
        program("leaves", "(sleep 1000 &); mount -t tmpfs none " + box.newDirectory() + "; \"$RUNTIME\" run --detach "
                + "--bundle " + bundle.dir() + " " + id + " > /dev/null && \"$RUNTIME\" state " + id
                + " | grep -q running && echo ok 1; echo 1..1");
        assertEquals(List.of("pass leaves 1 passed, 0 failed, 0 skipped"), lines(runner(box).run().ok()));
        assertEquals(List.of(), box.leftovers().find().entrySet().stream().toList());
    }

    @Test
    void whatIsNoBuiltCheckoutIsRefused(Sandbox box) throws IOException {
        Result nothing = runner(box).run().exits(2);
        assertTrue(nothing.err().contains("validation-executables"), nothing::toString);
        program("one", "echo ok 1");
        Files.delete(suite.resolve("runtimetest"));
        Result half = runner(box).run().exits(2);
        assertTrue(half.err().contains("make runtimetest") && half.out().isEmpty(), half::toString);
    }
}
