package org.jrunc.agent;

import java.nio.charset.StandardCharsets;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Syscall;

/** The launcher's end when it can not go on: a line on stderr, and exit status 1, which is no container's. */
final class LauncherFailure {

    /** The last error number that is called by its name: execve(2) and openat(2) have few beyond. */
    private static final int LAST = Errno.ELOOP;

    private final ElfImage image;
    /** {@code struct iovec[2]}: what could not be done, and why. */
    private final long line;
    private final long error;
    private final Step report;

    LauncherFailure(ElfImage image) {
        this.image = image;
        this.line = image.space().allocate(4 * Long.BYTES);
        this.error = image.space().word();
        Step exit = image.step();
        exit.call(image.abi(), Syscall.EXIT_GROUP, Arg.of(1)).then(exit);
        this.report = report(exit);
    }

    /** What to do when this record has failed: "can not …". */
    Step of(Step failed, String what) {
        LauncherCode code = new LauncherCode(image);
        code.copy(failed.resultWord(), 0, error);
        vector("jrunc: can not " + what + ": ", code);
        return code.end(report);
    }

    private void vector(String text, LauncherCode code) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        code.set(line, image.space().put(bytes));
        code.set(line + Long.BYTES, bytes.length);
    }

    private Step report(Step exit) {
        Step write = image.step().call(image.abi(), Syscall.WRITEV, Arg.of(2), Arg.of(line), Arg.of(2)).then(exit);
        LauncherCode unnamed = new LauncherCode(image);
        unnamed.set(error, 0);
        LauncherCode named = new LauncherCode(image);
        // The address of its vector in the table.
        named.twice(error, 4);
        named.subtract(names(), error, error);
        named.load(error, 0, line + 2 * Long.BYTES);
        named.load(error, Long.BYTES, line + 3 * Long.BYTES);
        Step first = named.end(write);
        LauncherCode code = new LauncherCode(image);
        code.copy(error, LAST, error).onNegative(unnamed.end(first));
        code.copy(error, -LAST, error);
        return code.end(first);
    }

    /** Table of {@code struct iovec}, by error number. */
    private long names() {
        long table = image.space().allocate((LAST + 1) * 2L * Long.BYTES);
        for (int errno = 0; errno <= LAST; errno++) {
            String name = errno == 0 ? "an uncommon error" : Errno.name(errno);
            byte[] bytes = (name + "\n").getBytes(StandardCharsets.US_ASCII);
            image.space().set(table + errno * 2L * Long.BYTES, image.space().put(bytes));
            image.space().set(table + errno * 2L * Long.BYTES + Long.BYTES, bytes.length);
        }
        return table;
    }
}
