package org.jrunc.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Syscall;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs of the interpreter, on this processor and, under qemu-user, on the other one. */
class InterpreterTest {

    @TempDir
    Path dir;

    @ParameterizedTest
    @EnumSource
    void bytesAreWhatTheAssemblerMakesOfTheListing(Abi abi) throws Exception {
        String prefix = abi == Abi.current() ? "" : abi == Abi.AARCH64 ? "aarch64-linux-gnu-" : "x86_64-linux-gnu-";
        assumeTrue(has(prefix + "as"), prefix + "as is not installed");
        assertArrayEquals(assemble(abi, prefix, Interpreter.X86_64, Interpreter.AARCH64),
                Interpreter.code(abi, 0x11223344));
        assertArrayEquals(assemble(abi, prefix, Interpreter.X86_64_ENTRY, Interpreter.AARCH64_ENTRY),
                Interpreter.entry(abi, 0x11223344));
    }

    private byte[] assemble(Abi abi, String prefix, String[] x86, String[] aarch64) throws Exception {
        StringBuilder source = new StringBuilder(abi == Abi.X86_64 ? ".intel_syntax noprefix\n" : "");
        for (String line : abi == Abi.X86_64 ? x86 : aarch64) {
            source.append(line.substring(line.indexOf(';') + 1)).append('\n');
        }
        Files.writeString(dir.resolve("i.s"), source);
        run(prefix + "as", "-o", dir + "/i.o", dir + "/i.s");
        run(prefix + "objcopy", "-O", "binary", "-j", ".text", dir + "/i.o", dir + "/i.bin");
        return Files.readAllBytes(dir.resolve("i.bin"));
    }

    @ParameterizedTest
    @EnumSource
    void writesAndExitsWithAResult(Abi abi) throws Exception {
        ElfImage image = new ElfImage(abi, 4096);
        Step write = image.step();
        Step exit = image.step();
        write.call(abi, Syscall.WRITE, Arg.of(1), Block.in("hands\n".getBytes()), Arg.of(6))
                .storeAt(exit.argument(0)).then(exit);
        exit.call(abi, Syscall.EXIT_GROUP, Arg.of(99)).then(exit);
        write.storeAt(exit.argument(0));
        Result result = execute(image, write);
        assertEquals("hands\n", result.output);
        assertEquals(6, result.status);
    }

    @ParameterizedTest
    @EnumSource
    void countsInALoopAndBranchesOnTheSign(Abi abi) throws Exception {
        ElfImage image = new ElfImage(abi, 4096);
        Step write = image.step();
        Step add = image.step();
        Step compare = image.step();
        Step exit = image.step();
        long counter = image.space().word();
        write.call(abi, Syscall.WRITE, Arg.of(1), Block.in("x".getBytes()), Arg.of(1)).then(add);
        add.move(counter, 1).storeAt(counter).then(compare);
        Step zero = image.step();
        zero.call(abi, Syscall.EXIT_GROUP, Arg.of(40)).then(exit);
        compare.move(counter, -5).onNegative(write).onPositive(exit).onZero(zero);
        exit.call(abi, Syscall.EXIT_GROUP, Arg.of(41)).then(exit);
        Result result = execute(image, write);
        assertEquals("xxxxx", result.output);
        assertEquals(40, result.status);
    }

    @ParameterizedTest
    @EnumSource
    void takesTheNegativeWayWithTheErrno(Abi abi) throws Exception {
        ElfImage image = new ElfImage(abi, 4096);
        Step close = image.step();
        Step positive = image.step();
        Step negate = image.step();
        Step exit = image.step();
        long error = image.space().word();
        close.call(abi, Syscall.CLOSE, Arg.of(77)).storeAt(error).onPositive(positive).onNegative(negate);
        positive.call(abi, Syscall.EXIT_GROUP, Arg.of(1)).then(positive);
        negate.move(error, 100).storeAt(exit.argument(0)).then(exit);
        exit.call(abi, Syscall.EXIT_GROUP, Arg.of(0)).then(exit);
        assertEquals(100 - 9, execute(image, close).status);
    }

    @ParameterizedTest
    @EnumSource
    void repeatsOnTheRetryResult(Abi abi) throws Exception {
        // Two bytes are in the pipe of a non-blocking read: the third read would be EAGAIN for ever, so the retry
        // result here is the 1 that the first two reads return.
        ElfImage image = new ElfImage(abi, 4096);
        Step pipe = image.step();
        Step moveRead = image.step();
        Step moveWrite = image.step();
        Step write = image.step();
        Step read = image.step();
        Step negate = image.step();
        Step exit = image.step();
        Step fail = image.step();
        fail.call(abi, Syscall.EXIT_GROUP, Arg.of(1)).then(fail);
        long ends = image.space().word();
        long readEnd = image.space().word();
        pipe.call(abi, Syscall.PIPE2, Arg.of(readEnd), Arg.of(0x800)).onPositive(moveRead).onNegative(fail);
        // The two 32-bit numbers are 3 and 4 in a process with three descriptors.
        moveRead.call(abi, Syscall.GETPID).storeAt(ends).onPositive(moveWrite).onNegative(fail);
        moveWrite.call(abi, Syscall.GETPID).onPositive(write).onNegative(fail);
        write.call(abi, Syscall.WRITE, Arg.of(4), Block.in(new byte[2]), Arg.of(2)).onPositive(read).onNegative(fail);
        read.call(abi, Syscall.READ, Arg.of(3), Block.out(1), Arg.of(1)).retryOn(-1).onPositive(fail)
                .onNegative(negate).storeAt(ends);
        negate.move(ends, 50).storeAt(exit.argument(0)).then(exit);
        exit.call(abi, Syscall.EXIT_GROUP, Arg.of(0)).then(exit);
        assertEquals(50 - Errno.EAGAIN, execute(image, pipe).status);
    }

    @ParameterizedTest
    @EnumSource
    void forksAndTheChildLeavesTheParentsWordsAlone(Abi abi) throws Exception {
        ElfImage image = new ElfImage(abi, 4096);
        Step clone = image.step();
        Step child = image.step();
        Step childExit = image.step();
        Step wait = image.step();
        Step write = image.step();
        Step exit = image.step();
        clone.call(abi, Syscall.CLONE, Arg.of(17), Arg.none(), Arg.none(), Arg.none(), Arg.none())
                .onZero(child).onPositive(wait).onNegative(exit);
        child.call(abi, Syscall.WRITE, Arg.of(1), Block.in("child ".getBytes()), Arg.of(6)).then(childExit);
        childExit.call(abi, Syscall.EXIT_GROUP, Arg.of(0)).then(childExit);
        wait.call(abi, Syscall.WAIT4, Arg.of(-1), Arg.none(), Arg.of(0), Arg.none()).then(write);
        write.call(abi, Syscall.WRITE, Arg.of(1), Block.in("parent".getBytes()), Arg.of(6)).then(exit);
        exit.call(abi, Syscall.EXIT_GROUP, Arg.of(3)).then(exit);
        Result result = execute(image, clone);
        assertEquals("child parent", result.output);
        assertEquals(3, result.status);
    }

    @ParameterizedTest
    @EnumSource
    void executesAnotherProgramWithArgumentsAndEnvironment(Abi abi) throws Exception {
        assumeTrue(abi == Abi.current(), "the program to execute is one of this processor");
        ElfImage image = new ElfImage(abi, 4096);
        Step exec = image.step();
        Step exit = image.step();
        exec.call(abi, Syscall.EXECVE, Arg.text("/bin/sh"),
                Block.strings(List.of("sh", "-c", "echo $0 $1 $JRUNC", "zero", "one")),
                Block.strings(List.of("JRUNC=yes"))).then(exit);
        exit.call(abi, Syscall.EXIT_GROUP, Arg.of(1)).then(exit);
        assertEquals("zero one yes\n", execute(image, exec).output);
    }

    private record Result(String output, int status) {
    }

    private Result execute(ElfImage image, Step first) throws Exception {
        byte[] elf = image.bytes(first);
        assertTrue(elf.length < 4096);
        Path file = Files.write(dir.resolve("program"), elf);
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        List<String> command = new ArrayList<>();
        if (image.abi() != Abi.current()) {
            String qemu = image.abi() == Abi.AARCH64 ? "qemu-aarch64-static" : "qemu-x86_64-static";
            assumeTrue(has(qemu), qemu + " is not installed (Debian package qemu-user-static)");
            command.add(qemu);
        }
        command.add(file.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        return new Result(output, process.exitValue());
    }

    private static boolean has(String tool) {
        for (String part : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(part, tool))) {
                return true;
            }
        }
        return false;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
    }
}
