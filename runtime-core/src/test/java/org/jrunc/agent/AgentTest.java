package org.jrunc.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Stat;
import org.jrunc.kernel.Syscall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {

    private final LibcKernel libc = new LibcKernel();
    private Agent agent;

    @BeforeEach
    void spawn() {
        agent = Agent.spawn(libc, "jrunc-test-agent");
    }

    @AfterEach
    void end() {
        agent.killAndReap();
        agent.closeRegion();
    }

    @Test
    void makesCallsInItsOwnProcess() {
        assertEquals(agent.pid(), agent.kernel().getpid());
        assertNotEquals(libc.getpid(), agent.kernel().getpid());
        assertEquals(libc.getpid(), (int) agent.kernel().call(Syscall.GETPPID));
    }

    @Test
    void startsWithDefaultSignalsAndFewDescriptors() throws IOException {
        String status = Files.readString(Path.of("/proc/" + agent.pid() + "/status"));
        assertTrue(status.contains("SigBlk:\t0000000000000000"), status);
        assertTrue(status.contains("SigIgn:\t0000000000000000"), status);
        assertTrue(Files.readSymbolicLink(Path.of("/proc/" + agent.pid() + "/exe")).toString().contains("memfd:"));
    }

    @Test
    void reportsTheErrnoOfItsCall(@TempDir Path dir) {
        KernelException e = assertThrows(KernelException.class,
                () -> agent.kernel().openat(Kernel.AT_FDCWD, dir + "/none", 0, 0));
        assertEquals(Errno.ENOENT, e.errno());
        assertTrue(e.getMessage().startsWith("openat(-100, \"" + dir + "/none\""), e.getMessage());
    }

    @Test
    void readsWritesAndChangesItsOwnDirectory(@TempDir Path dir) throws IOException {
        AgentKernel kernel = agent.kernel();
        kernel.chdir(dir.toString());
        int fd = kernel.openat(Kernel.AT_FDCWD, "file", 0x42, 0600);
        kernel.write(fd, "hello".getBytes());
        assertEquals("hello", new String(kernel.pread(fd, 100, 0)));
        assertEquals(5, kernel.statx(fd, "", 0x1000).size());
        kernel.close(fd);
        assertEquals("hello", Files.readString(dir.resolve("file")));
        assertEquals(dir.toString(), kernel.getcwd());
        assertNotEquals(dir.toString(), libc.getcwd());
    }

    @Test
    void sendsAndFetchesDescriptors(@TempDir Path dir) throws IOException {
        Files.writeString(dir.resolve("a"), "first");
        int local = libc.openat(Kernel.AT_FDCWD, dir + "/a", 0x80000, 0);
        int remote = agent.kernel().send(local);
        assertEquals("first", new String(agent.kernel().pread(remote, 10, 0)));
        int back = agent.kernel().fetch(remote);
        assertEquals("first", new String(libc.pread(back, 10, 0)));
        assertThrows(KernelException.class, () -> agent.kernel().fetch(999));
        assertEquals(agent.pid(), agent.kernel().getpid());
        libc.close(local);
        libc.close(back);
    }

    @Test
    void makesABatchUpToTheFirstFailure(@TempDir Path dir) {
        Batch batch = agent.kernel().sequence();
        batch.mkdirat(Kernel.AT_FDCWD, dir + "/a", 0700);
        batch.mkdirat(Kernel.AT_FDCWD, dir + "/a", 0700);
        batch.mkdirat(Kernel.AT_FDCWD, dir + "/b", 0700);
        KernelException e = assertThrows(KernelException.class, batch::run);
        assertEquals(Errno.EEXIST, e.errno());
        assertTrue(Files.exists(dir.resolve("a")));
        assertFalse(Files.exists(dir.resolve("b")));
        assertEquals(agent.pid(), agent.kernel().getpid());
    }

    @Test
    void resultsOfABatchAreArgumentsInIt(@TempDir Path dir) throws IOException {
        Batch batch = agent.kernel().sequence();
        int directory = batch.openat(Kernel.AT_FDCWD, dir.toString(), 0x200000, 0);
        batch.mkdirat(directory, "a", 0700);
        int inner = batch.openat(directory, "a", 0x200000, 0);
        batch.mkdirat(inner, "b", 0700);
        batch.close(inner);
        batch.run();
        assertTrue(Files.exists(dir.resolve("a/b")));
        // Also after they were made.
        batch.mkdirat(directory, "c", 0700);
        batch.mkdirat(directory, "c", 0700);
        KernelException e = assertThrows(KernelException.class, batch::run);
        assertTrue(e.getMessage().contains("mkdirat") && e.arguments().startsWith(batch.result(directory) + ", "),
                e.arguments());
        assertTrue(Files.exists(dir.resolve("c")));
    }

    @Test
    void independentCallsAreAllMade(@TempDir Path dir) {
        Batch batch = agent.kernel().independent();
        int missing = batch.openat(Kernel.AT_FDCWD, dir + "/none", 0, 0);
        int there = batch.openat(Kernel.AT_FDCWD, dir.toString(), 0, 0);
        assertEquals(CallSequence.NOT_MADE, batch.result(there));
        batch.run();
        assertEquals(-Errno.ENOENT, batch.result(missing));
        assertTrue(batch.result(there) > 2);
    }

    @Test
    void callsThatMayFailDoNotEndABatch(@TempDir Path dir) {
        Batch batch = agent.kernel().sequence();
        batch.mkdirat(Kernel.AT_FDCWD, dir + "/a", 0700);
        batch.anyway().mkdirat(Kernel.AT_FDCWD, dir + "/a", 0700);
        int missing = batch.anyway().openat(Kernel.AT_FDCWD, dir + "/none", 0x200000, 0);
        Block stat = Block.out(Stat.SIZE);
        int looked = CallSequence.statx(batch.anyway(), missing, stat);
        batch.close(missing);
        int there = batch.openat(Kernel.AT_FDCWD, dir + "/a", 0x200000, 0);
        CallSequence.statx(batch, there, stat);
        batch.run();
        assertEquals(-Errno.ENOENT, batch.result(missing));
        assertEquals(CallSequence.NOT_MADE, batch.result(looked));
        assertTrue(Stat.of(stat).isDirectory());
        // Nor does it come to what takes the result of a failed one in a later round trip.
        int again = CallSequence.statx(batch.anyway(), missing, stat);
        int last = batch.getpid();
        batch.run();
        assertEquals(CallSequence.NOT_MADE, batch.result(again));
        assertEquals(agent.pid(), batch.result(last));
        assertEquals(Errno.ENOENT, assertThrows(KernelException.class, () -> batch.mkdirat(missing, "b", 0700)).errno());
    }

    @Test
    void whatNeedsAFailedCallEndsABatchWithThatCall(@TempDir Path dir) {
        Batch batch = agent.kernel().sequence();
        int missing = batch.anyway().openat(Kernel.AT_FDCWD, dir + "/none", 0x200000, 0);
        batch.mkdirat(missing, "a", 0700);
        batch.mkdirat(Kernel.AT_FDCWD, dir + "/b", 0700);
        KernelException e = assertThrows(KernelException.class, batch::run);
        assertTrue(e.is(Errno.ENOENT) && e.call().equals("openat"), e.getMessage());
        assertFalse(Files.exists(dir.resolve("b")));
    }

    @Test
    void nothingIsDoneToTheResultOfAFailedCall(@TempDir Path dir) {
        Batch batch = agent.kernel().independent();
        // With an absolute path the descriptor would not even matter.
        int missing = batch.openat(Kernel.AT_FDCWD, dir + "/none", 0x200000, 0);
        int made = (int) batch.call(Syscall.MKDIRAT, Arg.of(missing), Arg.text(dir + "/a"), Arg.of(0700));
        batch.mkdirat(Kernel.AT_FDCWD, dir + "/b", 0700);
        batch.run();
        assertEquals(CallSequence.NOT_MADE, batch.result(made));
        assertFalse(Files.exists(dir.resolve("a")));
        assertTrue(Files.exists(dir.resolve("b")));
    }

    @Test
    void severalDescriptorsAreSentAtOnce() {
        int[] pipe = libc.pipe2(0);
        int[] there = agent.kernel().send(pipe[0], pipe[1]);
        agent.kernel().write(there[1], new byte[] {42});
        assertArrayEquals(new byte[] {42}, libc.read(pipe[0], 1));
        libc.close(pipe[0]);
        libc.close(pipe[1]);
    }

    @Test
    void aBatchLargerThanTheMemoryIsMadeInParts(@TempDir Path dir) {
        Batch batch = agent.kernel().sequence();
        int directory = batch.openat(Kernel.AT_FDCWD, dir.toString(), 0x200000, 0);
        for (int i = 0; i < 1000; i++) {
            batch.mkdirat(directory, "directory" + i, 0700);
        }
        batch.run();
        assertEquals(1000, dir.toFile().list().length);
    }

    @Test
    void writesFilesInABatch(@TempDir Path dir) throws IOException {
        Files.writeString(dir.resolve("a"), "xxxx");
        Files.writeString(dir.resolve("b"), "");
        int before = new java.io.File("/proc/" + agent.pid() + "/fd").list().length;
        Batch batch = agent.kernel().sequence();
        batch.writeFile(dir + "/a", "12".getBytes());
        batch.writeFile(dir + "/b", "3".getBytes());
        batch.run();
        assertEquals("12xx", Files.readString(dir.resolve("a")));
        assertEquals("3", Files.readString(dir.resolve("b")));
        assertEquals(before, new java.io.File("/proc/" + agent.pid() + "/fd").list().length);
        Batch bad = agent.kernel().sequence();
        bad.writeFile(dir + "/none", "3".getBytes());
        bad.writeFile(dir + "/a", "3".getBytes());
        KernelException e = assertThrows(KernelException.class, bad::run);
        assertTrue(e.is(Errno.ENOENT) && e.getMessage().contains("/none"), e.getMessage());
        assertEquals("12xx", Files.readString(dir.resolve("a")));
    }

    @Test
    void forksChildrenAndSiblingsThatWorkSideBySide() throws IOException {
        Agent child = agent.fork(false, false);
        Agent sibling = agent.fork(true, true);
        try {
            assertEquals(child.pid(), child.kernel().getpid());
            assertEquals(agent.pid(), (int) child.kernel().call(Syscall.GETPPID));
            assertEquals(libc.getpid(), (int) sibling.kernel().call(Syscall.GETPPID));
            assertEquals(agent.pid(), agent.kernel().getpid());
            assertEquals(sibling.pid(), sibling.kernel().getpid());
            byte[] big = new byte[300_000];
            big[299_999] = 7;
            int file = sibling.kernel().memfdCreate("x", 0);
            sibling.kernel().write(file, big);
            assertArrayEquals(big, sibling.kernel().pread(file, 400_000, 0));
        } finally {
            sibling.killAndReap();
            child.close();
        }
        assertEquals(child.pid(), (int) agent.kernel().call(Syscall.WAIT4, org.jrunc.kernel.Arg.of(child.pid()),
                org.jrunc.kernel.Arg.none(), org.jrunc.kernel.Arg.of(0), org.jrunc.kernel.Arg.none()));
    }

    @Test
    void mayBeUsedAtOnceWhileAForkedChildHasNotRunYet() throws Exception {
        Process load = new ProcessBuilder("sh", "-c", "for i in 1 2 3 4; do while :; do :; done & done; wait").start();
        try {
            for (int i = 0; i < 50; i++) {
                Agent child = agent.fork(false, false);
                for (int k = 0; k < 5; k++) {
                    agent.kernel().getcwd();
                }
                assertEquals(child.pid(), child.kernel().getpid());
                child.close();
                assertEquals(1 << 8, agent.kernel().wait4(child.pid(), 0));
            }
        } finally {
            load.descendants().forEach(ProcessHandle::destroyForcibly);
            load.destroyForcibly();
        }
    }

    @Test
    void endsWithItsBrain() {
        agent.close();
        assertEquals(1 << 8, agent.reap());
    }

    @Test
    void saysSoWhenItDied() {
        libc.kill(agent.pid(), 9);
        agent.reap();
        AgentException e = assertThrows(AgentException.class, () -> agent.kernel().getpid());
        assertTrue(e.getMessage().contains("has ended"), e.getMessage());
    }

    @Test
    void aJvmThreadMayNotDoWhatAnAgentDoesForIt() {
        // unshare(2): CLONE_NEWUSER and CLONE_NEWNS with shared fs need a single-threaded process.
        KernelException e = assertThrows(KernelException.class, () -> libc.unshare(0x10000000));
        assertEquals(Errno.EINVAL, e.errno());
        int own = libc.openat(Kernel.AT_FDCWD, "/proc/self/ns/mnt", 0x80000, 0);
        e = assertThrows(KernelException.class, () -> libc.setns(own, 0x20000));
        assertEquals(Errno.EINVAL, e.errno());
        libc.close(own);
        agent.kernel().unshare(0x20000);
        assertNotEquals(List.of(), List.of(agent.kernel().readlinkat(Kernel.AT_FDCWD, "/proc/self/ns/mnt")));
        assertNotEquals(libc.readlinkat(Kernel.AT_FDCWD, "/proc/self/ns/mnt"),
                agent.kernel().readlinkat(Kernel.AT_FDCWD, "/proc/self/ns/mnt"));
    }
}
