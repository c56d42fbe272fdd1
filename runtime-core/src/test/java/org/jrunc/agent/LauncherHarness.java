package org.jrunc.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Syscall;

/** A directory with a launcher, and beside it a program in the place of java that tells how it was called. */
final class LauncherHarness {

    static final long HELLO = WarmProtocol.hello(new byte[] {1, 2, 3});
    /** Exit status of what stands for the JVM. */
    static final int JVM = 42;

    static final List<LauncherImage.Group> GROUPS = List.of(
            new LauncherImage.Group("jrunc.aot", List.of("exec", "features", "checkpoint", "restore"),
                    List.of("-Xcommon", "-Xrest", "-Xlong" + "g".repeat(2000))),
            new LauncherImage.Group("jrunc-create.aot", List.of("create", "run"), List.of("-Xcommon", "-Xcreate")),
            new LauncherImage.Group("jrunc-small.aot", List.of("state", "resume", "--version", "-v"),
                    List.of("-Xcommon", "-Xsmall", "-Xone")),
            new LauncherImage.Group("jrunc.aot", List.of("serve"), List.of("-Xcommon", "-Xserve")));

    private static final int BUFFER = 8 << 20;
    private static final String[] LINKS = {"fd/0", "fd/1", "fd/2", "fd/3", "cwd"};
    private static final String[] FILES = {"cmdline", "environ"};

    private final Path directory;
    private final Abi abi;

    /** What became of a launcher. */
    record Ended(int status, String out, String err) {
    }

    /** A directory for an architecture; the test is skipped when its programs can not run here. */
    LauncherHarness(Path directory, Abi abi) throws IOException {
        this.directory = directory;
        this.abi = abi;
        assumeTrue(abi == Abi.current() || Files.isExecutable(Path.of(emulator())),
                emulator() + " is not installed (Debian package qemu-user-static)");
        Files.createDirectories(bin());
        Files.createDirectories(directory.resolve("told/fd"));
        executable(launcher(), LauncherImage.elf(abi, HELLO, GROUPS));
        executable(java(), java(directory.resolve("told")));
    }

    private String emulator() {
        return "/usr/bin/qemu-" + (abi == Abi.AARCH64 ? "aarch64" : "x86_64") + "-static";
    }

    Path bin() {
        return directory.resolve("image/bin");
    }

    Path launcher() {
        return bin().resolve("jrunc");
    }

    Path java() {
        return bin().resolve("java");
    }

    static void executable(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A program of this processor that writes what /proc says of it into the directory. */
    private static byte[] java(Path told) {
        ElfImage image = new ElfImage(Abi.current(), 16 << 10);
        long buffer = image.zeroes(BUFFER);
        long length = image.space().word();
        LauncherCode code = new LauncherCode(image);
        for (String link : LINKS) {
            code.call(Syscall.READLINKAT, Arg.of(Kernel.AT_FDCWD), Arg.text("/proc/self/" + link), Arg.of(buffer),
                    Arg.of(4096)).storeAt(length);
            write(image, code, told.resolve(link), buffer, length);
        }
        for (String file : FILES) {
            long fd = image.space().word();
            code.call(Syscall.OPENAT, Arg.of(Kernel.AT_FDCWD), Arg.text("/proc/self/" + file), Arg.of(0), Arg.of(0))
                    .storeAt(fd);
            code.call(0, fd, Syscall.READ, Arg.of(0), Arg.of(buffer), Arg.of(BUFFER)).storeAt(length);
            code.call(0, fd, Syscall.CLOSE, Arg.of(0));
            write(image, code, told.resolve(file), buffer, length);
        }
        Step exit = image.step().call(image.abi(), Syscall.EXIT_GROUP, Arg.of(JVM));
        return image.bytes(code.end(exit.then(exit)));
    }

    private static void write(ElfImage image, LauncherCode code, Path file, long buffer, long length) {
        long fd = image.space().word();
        code.call(Syscall.OPENAT, Arg.of(Kernel.AT_FDCWD), Arg.text(file.toString()),
                Arg.of(OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_WRONLY), Arg.of(0666)).storeAt(fd);
        Step size = code.copy(length, 0, 0);
        size.storeAt(code.call(0, fd, Syscall.WRITE, Arg.of(0), Arg.of(buffer), Arg.of(0)).argument(2));
        code.call(0, fd, Syscall.CLOSE, Arg.of(0));
    }

    /** The words that run the launcher on this machine. */
    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        if (abi != Abi.current()) {
            command.add(emulator());
        }
        command.add(launcher().toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** The same for a shell, with nothing to quote in it. */
    String shell() {
        return String.join(" ", command());
    }

    /** Runs a command, in the directory. */
    Ended run(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Process process = start(environment, command);
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        assertTrue(ended, "still runs: " + command);
        return new Ended(process.exitValue(), Files.readString(directory.resolve("out"), StandardCharsets.ISO_8859_1),
                Files.readString(directory.resolve("err"), StandardCharsets.ISO_8859_1));
    }

    Process start(Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectInput(Path.of("/dev/zero").toFile()).redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    Ended run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), command(arguments));
    }

    /** Runs a script of the shell that has the launcher for {@code $0}. */
    Ended script(Map<String, String> environment, String script) throws IOException, InterruptedException {
        return run(environment, List.of("/bin/sh", "-c", script.replace("JRUNC", shell()), "sh"));
    }

    /** What the JVM had for a command line or an environment. */
    List<String> told(String file) throws IOException {
        String all = Files.readString(directory.resolve("told").resolve(file), StandardCharsets.ISO_8859_1);
        List<String> strings = new ArrayList<>();
        for (int start = 0, end; start < all.length(); start = end + 1) {
            end = all.indexOf('\0', start);
            strings.add(all.substring(start, end));
        }
        return strings;
    }

    /** Where a link of the JVM's directory in /proc led; empty when there was none. */
    String link(String name) throws IOException {
        return Files.readString(directory.resolve("told").resolve(name));
    }
}
