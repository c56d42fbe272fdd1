package org.jrunc.hooks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jrunc.agent.AgentKernel;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MemfdFlags;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;

/**
 * The three descriptors of one hook, in the process that runs it. They are memfds and not pipes: whatever a hook, or
 * what it leaves behind in the background, reads or writes, nobody ever waits for the other side.
 */
final class HookStdio {

    /** How much of its output is shown. */
    static final int TAIL = 4096;

    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_SETFL = 4;
    /** Not waiting is for fifos: there it would be for a reader that may never come. */
    private static final int APPENDING = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_APPEND
            | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC;
    private static final int SEEK_END = 2;
    /** An agent's memory for one call is small. */
    private static final int CHUNK = 16384;

    private final AgentKernel kernel;
    private final int[] fds = {-1, -1, -1};
    private final boolean[] kept = new boolean[3];

    private HookStdio(AgentKernel kernel) {
        this.kernel = kernel;
    }

    static HookStdio open(AgentKernel kernel, byte[] stdin, HookOutput output) {
        HookStdio stdio = new HookStdio(kernel);
        try {
            stdio.fds[0] = stdio.memfd("jrunc-hook-stdin");
            for (int at = 0; at < stdin.length; at += CHUNK) {
                byte[] chunk = Arrays.copyOfRange(stdin, at, Math.min(stdin.length, at + CHUNK));
                kernel.call(Syscall.PWRITE64, Arg.of(stdio.fds[0]), Block.in(chunk), Arg.of(chunk.length), Arg.of(at));
            }
            stdio.output(1, output.stdout(), "stdout");
            stdio.output(2, output.stderr(), "stderr");
            return stdio;
        } catch (RuntimeException e) {
            stdio.close();
            throw e;
        }
    }

    private void output(int number, Optional<String> file, String name) {
        if (file.isEmpty()) {
            fds[number] = memfd("jrunc-hook-" + name);
            // For a hook that opens /dev/stdout once more.
            kernel.fcntl(fds[number], F_SETFL, OpenFlags.O_APPEND);
            kept[number] = true;
            return;
        }
        try {
            fds[number] = append(file.get());
        } catch (KernelException e) {
            throw new RuntimeFailure("annotation run.oci.hooks." + name + ": can not open " + file.get() + ": "
                    + Errno.name(e.errno()), e);
        }
    }

    /**
     * Opens a file of the host, and so in this process: the one that runs the hook may be the container's user, and see
     * the container's files. A server has the working directory and the umask of its client, but other descriptors.
     */
    private int append(String file) {
        int inherited = inherited(file);
        if (inherited >= 0) {
            return kernel.fcntl(inherited, F_DUPFD_CLOEXEC, 3);
        }
        LibcKernel here = LibcKernel.here();
        int own = here.openat(Kernel.AT_FDCWD, file, APPENDING, 0700);
        try {
            here.fcntl(own, F_SETFL, OpenFlags.O_APPEND);
            return atLeast3(kernel.send(own));
        } finally {
            here.close(own);
        }
    }

    /** The descriptor of the caller's that a path is another name of: agents have those. Otherwise -1. */
    private static int inherited(String file) {
        return switch (file) {
            case "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1" -> 1;
            case "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2" -> 2;
            default -> -1;
        };
    }

    private int memfd(String name) {
        int fd;
        try {
            fd = kernel.memfdCreate(name, MemfdFlags.MFD_CLOEXEC | MemfdFlags.MFD_NOEXEC_SEAL);
        } catch (KernelException e) {
            if (!e.is(Errno.EINVAL)) {
                throw e;
            }
            fd = kernel.memfdCreate(name, MemfdFlags.MFD_CLOEXEC);
        }
        return atLeast3(fd);
    }

    /** Moves a descriptor away from 0, 1 and 2, which the caller may have closed: the hook's own will go there. */
    private int atLeast3(int fd) {
        if (fd >= 3) {
            return fd;
        }
        try {
            return kernel.fcntl(fd, F_DUPFD_CLOEXEC, 3);
        } finally {
            kernel.close(fd);
        }
    }

    int fd(int number) {
        return fds[number];
    }

    /** The end of what the hook wrote, without line ends behind it; empty when it went to a file. */
    String text(int number) {
        if (!kept[number]) {
            return "";
        }
        long size = kernel.lseek(fds[number], 0, SEEK_END);
        byte[] bytes = kernel.pread(fds[number], TAIL, Math.max(0, size - TAIL));
        String text = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
        return size > TAIL ? "[the last " + TAIL + " of " + size + " bytes] " + text : text;
    }

    void close() {
        for (int fd : fds) {
            if (fd >= 0) {
                kernel.close(fd);
            }
        }
    }
}
