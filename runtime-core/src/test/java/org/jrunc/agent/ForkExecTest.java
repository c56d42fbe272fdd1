package org.jrunc.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Syscall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole chain without any brain: in an ELF of its own, as the last program of a container's init has it. */
class ForkExecTest {

    private static final int OK = 10;
    private static final int FAILED = 20;

    @TempDir
    Path dir;

    /** Runs "sh -c script" twice in a row from an ELF; its exit code tells where the chain came out. */
    private int run(String script, long timeoutMillis) throws Exception {
        Abi abi = Abi.current();
        ElfImage image = new ElfImage(abi, 16384);
        Space space = image.space();
        Chain start = new Chain(abi, space);
        for (int fd = 0; fd < 3; fd++) {
            start.add(Syscall.DUP3, Arg.of(1), Arg.of(10 + fd), Arg.of(0));
        }
        Execution execution = new Execution("/bin/sh", List.of("sh", "-c", script), List.of("PATH=/bin:/usr/bin"),
                Optional.of(dir.toString()), 10, 11, 12);
        ForkExec first = new ForkExec(abi, space, execution);
        ForkExec second = new ForkExec(abi, space, execution);
        Step ok = image.step().call(abi, Syscall.EXIT_GROUP, Arg.of(OK));
        Step failed = image.step().call(abi, Syscall.EXIT_GROUP, Arg.of(FAILED));
        if (timeoutMillis >= 0) {
            first.limit(timeoutMillis);
            second.limit(timeoutMillis);
        }
        start.end(first.first());
        first.then(second.first(), failed);
        second.then(ok, failed);
        Path file = Files.write(dir.resolve("program"), image.bytes(start.first()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        Process process = new ProcessBuilder(file.toString()).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        return process.exitValue();
    }

    @Test
    void runsOneProgramAfterTheOther() throws Exception {
        assertEquals(OK, run("echo $$ >>log", -1));
        List<String> pids = Files.readAllLines(dir.resolve("log"));
        assertEquals(2, pids.size());
        assertTrue(!pids.get(0).equals(pids.get(1)), "two processes");
    }

    @Test
    void stopsAfterAFailure() throws Exception {
        assertEquals(FAILED, run("echo >>log; exit 3", -1));
        assertEquals(1, Files.readAllLines(dir.resolve("log")).size());
        assertEquals(FAILED, run("kill -9 $$", 5000));
    }

    @Test
    void killsWhatTakesTooLong() throws Exception {
        long start = System.nanoTime();
        assertEquals(FAILED, run("echo $$ >pid; exec sleep 100", 300));
        assertTrue(System.nanoTime() - start < 5_000_000_000L);
        assertTrue(Files.notExists(Path.of("/proc/" + Files.readString(dir.resolve("pid")).trim())));
        assertEquals(OK, run("true", 5000));
    }

    @Test
    void fitsIntoTheSizeItsExecutionTells() {
        for (String text : List.of("", "x", "1234567", "äöü€", "\ud83d\ude00".repeat(5))) {
            Execution execution = new Execution("/" + text, List.of(text, "", "b" + text), List.of(text),
                    Optional.of(text), 3, 4, 5);
            ElfImage image = new ElfImage(Abi.current(), 32768);
            new ForkExec(Abi.current(), image.space(), execution);
            assertTrue(image.space().mark() <= execution.size(), image.space().mark() + " > " + execution.size());
        }
    }
}
