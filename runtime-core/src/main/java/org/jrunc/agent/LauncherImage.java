package org.jrunc.agent;

import java.util.List;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Syscall;

/**
 * The launcher {@code bin/jrunc} of the runtime image: a static ELF between the caller and the JVM. It asks a warm
 * brain, if there is one, to take it as its hands ({@link LauncherWarm}), and otherwise becomes the JVM beside it
 * ({@link LauncherCold}), by execve and never by fork: LISTEN_PID, signals and exit status are those of this process.
 */
final class LauncherImage {

    private static final int ROOM = 64 << 10;
    private static final int F_GETFD = 1;

    private final ElfImage image;
    private final LauncherFailure failure;

    /**
     * A way to start the JVM.
     *
     * @param cache    name of the AOT cache in the image's {@code lib} directory, 9 to 16 bytes
     * @param commands words of the command line that choose it
     * @param options  options of the JVM
     */
    record Group(String cache, List<String> commands, List<String> options) {
    }

    private LauncherImage(ElfImage image) {
        this.image = image;
        this.failure = new LauncherFailure(image);
    }

    /**
     * The file.
     *
     * @param hello  the first word to a warm brain, see {@link WarmProtocol}
     * @param groups the ways to start the JVM; the first one is also for command lines without a known command
     */
    static byte[] elf(Abi abi, long hello, List<Group> groups) {
        ElfImage image = new ElfImage(abi, ROOM);
        long stackPointer = image.space().word();
        image.storeStackPointer(stackPointer);
        return image.bytes(program(image, stackPointer, hello, groups));
    }

    /** The program alone; the word has the address of argc, argv and environ, with some hundred bytes unused before. */
    static Step program(ElfImage image, long stackPointer, long hello, List<Group> groups) {
        return new LauncherImage(image).program(stackPointer, hello, groups);
    }

    private Step program(long stackPointer, long hello, List<Group> groups) {
        long environment = image.space().word();
        Step cold = new LauncherCold(image, failure, groups).program(stackPointer, environment);
        Step warm = new LauncherWarm(image, failure, hello).program(environment, cold);
        LauncherCode code = new LauncherCode(image);
        for (int fd = 0; fd < 3; fd++) {
            openNull(code, fd);
        }
        // At the stack pointer: argc, argv, NULL, environ, NULL.
        code.load(stackPointer, 0, environment);
        code.twice(environment, 3);
        code.add(environment, stackPointer);
        code.copy(environment, 2 * Long.BYTES, environment);
        return code.end(warm);
    }

    /** A closed descriptor below 3 would be taken by the first file that is opened, and passed on to the container. */
    private void openNull(LauncherCode code, int fd) {
        Step check = code.call(Syscall.FCNTL, Arg.of(fd), Arg.of(F_GETFD));
        Step open = image.step().call(image.abi(), Syscall.OPENAT, Arg.of(Kernel.AT_FDCWD), Arg.text("/dev/null"),
                Arg.of(OpenFlags.O_RDWR), Arg.of(0));
        open.retryOn(Errno.EINTR).onPositive(check).onNegative(failure.of(open, "open /dev/null in place of a closed"
                + " stdin, stdout or stderr"));
        check.onNegative(open);
    }
}
