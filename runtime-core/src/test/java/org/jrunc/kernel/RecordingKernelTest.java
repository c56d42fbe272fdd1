package org.jrunc.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecordingKernelTest {

    private final RecordingKernel kernel = new RecordingKernel();

    @Test
    void writesDownWhatIsDoneAndShowsWhatDescriptorsAre() {
        int root = kernel.openat2(Kernel.AT_FDCWD, "/b/rootfs", OpenFlags.O_PATH, 0, OpenFlags.RESOLVE_IN_ROOT);
        int proc = kernel.openat(root, "proc", OpenFlags.O_PATH, 0);
        kernel.mountSetattr(proc, "", OpenFlags.AT_EMPTY_PATH, 1, 2, 0, 0);
        kernel.write(proc, "a\nb".getBytes());
        kernel.close(proc);
        kernel.close(proc);
        assertEquals(List.of("openat2(AT_FDCWD, \"/b/rootfs\", {flags=0x200000, resolve=0x10}, 24) = 3",
                "openat(3</b/rootfs>, \"proc\", 0x200000, 0) = 4",
                "mount_setattr(4</b/rootfs/proc>, \"\", 4096, {set=0x1, clr=0x2, propagation=0x0}, 32)",
                "write(4</b/rootfs/proc>, \"a\\nb\", 3) = 3", "close(4</b/rootfs/proc>)", "close(4<?>)"),
                kernel.lines());
    }

    @Test
    void answersWhatItWasTold() {
        kernel.answer(Syscall.MKDIRAT, "\"x\"", -Errno.EROFS).answerOnce(Syscall.MKDIRAT, "\"x\"", -Errno.EEXIST);
        KernelException e = assertThrows(KernelException.class, () -> kernel.mkdirat(3, "x", 0755));
        assertTrue(e.is(Errno.EEXIST));
        e = assertThrows(KernelException.class, () -> kernel.mkdirat(3, "x", 0755));
        assertTrue(e.is(Errno.EROFS));
        kernel.mkdirat(3, "y", 0755);
        assertTrue(kernel.lines().getFirst().endsWith(" = -EEXIST"), kernel.lines().getFirst());
    }

    @Test
    void knowsFilesThatItWasToldOfOrThatWereMade() {
        kernel.file("/d/file", Stat.S_IFREG | 0600, 0).content("/d/file", "hello").fileSystem("/d/file", 42);
        int dir = kernel.openat(Kernel.AT_FDCWD, "/d", 0, 0);
        int file = kernel.openat(dir, "file", 0, 0);
        assertEquals(Stat.S_IFREG, kernel.statx(file, "", OpenFlags.AT_EMPTY_PATH).type());
        assertEquals(42, kernel.fstatfs(file).type());
        assertArrayEquals("hel".getBytes(), kernel.read(file, 3));
        assertArrayEquals("lo".getBytes(), kernel.read(file, 100));
        assertEquals(0, kernel.read(file, 100).length);
        kernel.mknodat(dir, "null", Stat.S_IFCHR | 0666, Stat.makedev(1, 3));
        assertTrue(kernel.statx(dir, "null", 0).isCharDevice(1, 3));
        assertTrue(kernel.statx(dir, "whatever", 0).isDirectory());
    }

    @Test
    void givesPairsAndForgetsClosedRanges() {
        int[] pipe = kernel.pipe2(0);
        assertArrayEquals(new int[] {3, 4}, pipe);
        kernel.closeRange(3, -1, 0);
        kernel.close(4);
        assertTrue(kernel.lines().getLast().contains("4<?>"), kernel.lines().getLast());
        assertEquals("/", kernel.getcwd());
    }

    @Test
    void sequencesHaveTheSameRulesWhereEachCallIsMadeAtOnce() {
        RecordingKernel kernel = new RecordingKernel().answer(Syscall.OPENAT, "/none", -Errno.ENOENT);
        CallSequence all = kernel.independent();
        int missing = all.openat(Kernel.AT_FDCWD, "/none", 0, 0);
        int looked = CallSequence.statx(all, missing, Block.out(Stat.SIZE));
        int there = all.openat(Kernel.AT_FDCWD, "/there", 0, 0);
        all.run();
        assertEquals(-Errno.ENOENT, all.result(missing));
        assertEquals(CallSequence.NOT_MADE, all.result(looked));
        assertEquals(3, all.result(there));
        assertEquals(2, kernel.lines().size());

        CallSequence some = kernel.sequence();
        int absent = some.anyway().openat(Kernel.AT_FDCWD, "/none", 0, 0);
        assertEquals(-Errno.ENOENT, some.result(absent));
        KernelException e = assertThrows(KernelException.class, () -> some.mkdirat(absent, "a", 0));
        assertEquals(Errno.ENOENT, e.errno());
        assertThrows(KernelException.class, () -> some.openat(Kernel.AT_FDCWD, "/none", 0, 0));
    }
}
