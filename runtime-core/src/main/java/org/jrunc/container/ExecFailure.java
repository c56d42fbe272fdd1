package org.jrunc.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jrunc.kernel.Errno;
import org.jrunc.report.RuntimeFailure;

/**
 * The program had been found at {@code create}, but execve(2) refused it at {@code start}. A foreground {@code run}
 * then says what init of runc says on the container's stderr, and exits with 255 as it does; so does {@code exec}.
 */
public final class ExecFailure extends RuntimeFailure {

    private static final long serialVersionUID = 1L;

    ExecFailure(String message) {
        super(message);
    }

    @Override
    public int exitStatus() {
        return 255;
    }

    /**
     * Throws when the program was not executed.
     *
     * @param told    what the process told of it, see {@link org.jrunc.agent.Launch}
     * @param program the program
     */
    static void check(byte[] told, String program) {
        if (told.length <= 1) {
            return;
        }
        int errno = -(int) ByteBuffer.wrap(Arrays.copyOfRange(told, 1, 9)).order(ByteOrder.nativeOrder()).getLong();
        if (told.length > 9) {
            throw new RuntimeFailure("unable to load the system call filter: /linux/seccomp: seccomp or capset: "
                    + Errno.name(errno) + filterHint(errno));
        }
        throw new ExecFailure("exec " + program + ": " + Errno.text(errno) + " (/process/args/0, execve: "
                + Errno.name(errno) + hint(errno) + ")");
    }

    private static String filterHint(int errno) {
        switch (errno) {
            case Errno.EACCES:
                return " (without /process/noNewPrivileges this needs CAP_SYS_ADMIN)";
            case Errno.EPERM:
                return " (does the filter itself deny capset?)";
            default:
                return "";
        }
    }

    private static String hint(int errno) {
        switch (errno) {
            case Errno.ENOEXEC:
                return ": neither a program for this processor nor a script that starts with #!";
            case Errno.ENOENT:
                return ": the interpreter of the script, or the loader of the program, is not in the container";
            default:
                return "";
        }
    }
}
