package org.jrunc.process;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;

/**
 * The descriptors that the container's process inherits: 0 to 2, those of socket activation (sd_listen_fds(3)), then as
 * many as {@code --preserve-fds} says. Nothing else reaches it: a leaked directory descriptor is a way out of the
 * container (CVE-2024-21626), and close-on-exec would come too late for a program path like
 * {@code /proc/self/fd/7/../…}.
 */
public final class PreservedFds {

    private static final int FIRST = 3;
    private static final int F_GETFD = 1;
    private static final int FD_CLOEXEC = 1;

    private final int listenFds;
    private final int preserveFds;

    private PreservedFds(int listenFds, int preserveFds) {
        this.listenFds = listenFds;
        this.preserveFds = preserveFds;
    }

    /**
     * Those of an invocation; checks that they are open.
     *
     * @param brain       this process: what it inherited, the agents and the container inherit from it
     * @param environment variables of the runtime's caller, of which {@code LISTEN_FDS} and {@code LISTEN_PID} count
     * @param preserveFds {@code --preserve-fds}
     */
    public static PreservedFds of(Kernel brain, Map<String, String> environment, int preserveFds) {
        int listenFds = 0;
        String listenPid = environment.getOrDefault("LISTEN_PID", "");
        if (number(listenPid) == brain.getpid()) {
            listenFds = Math.max(0, number(environment.getOrDefault("LISTEN_FDS", "")));
        }
        PreservedFds result = new PreservedFds(listenFds, Math.max(0, preserveFds));
        result.check(brain, System.getProperty("java.home") + "/");
        return result;
    }

    private static int number(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void check(Kernel brain, String javaHome) {
        for (int i = 0; i < listenFds; i++) {
            String reason = whyNot(brain, FIRST + i, javaHome);
            if (!reason.isEmpty()) {
                throw new RuntimeFailure("unable to stat LISTEN_FDS descriptor " + i + " (of " + listenFds + "): "
                        + reason);
            }
        }
        for (int i = 0; i < preserveFds; i++) {
            String reason = whyNot(brain, FIRST + listenFds + i, javaHome);
            if (!reason.isEmpty()) {
                throw new RuntimeFailure("unable to stat preserved-fd " + i + " (of " + preserveFds + "): " + reason);
            }
        }
    }

    /**
     * A number may also be taken by the JVM: by a file it opened close-on-exec, which no caller can have given, or by
     * the lowest free number at its start, under which it keeps its own {@code lib/modules} open.
     */
    private static String whyNot(Kernel brain, int fd, String javaHome) {
        long flags = brain.invoke(Syscall.FCNTL, Arg.of(fd), Arg.of(F_GETFD), Arg.of(0));
        if (flags < 0) {
            return "descriptor " + fd + " is not open (fcntl: " + Errno.name((int) -flags) + ")";
        }
        boolean own = (flags & FD_CLOEXEC) != 0;
        try {
            own |= brain.readlinkat(Kernel.AT_FDCWD, "/proc/self/fd/" + fd).startsWith(javaHome);
        } catch (KernelException unknown) {
            // Without /proc there is only the flag to go by.
        }
        return own ? "descriptor " + fd + " is not open in the caller" : "";
    }

    /** Entries for the container's environment; the process has pid 1 in its pid namespace. */
    public List<String> environment() {
        return listenFds == 0 ? List.of() : List.of("LISTEN_FDS=" + listenFds, "LISTEN_PID=1");
    }

    /** The first descriptor that the container's process may not have. */
    public int end() {
        return FIRST + listenFds + preserveFds;
    }

    /**
     * The gaps to close, as pairs of first and last for close_range(2): everything from {@link #end} on but the spared
     * ones.
     */
    public int[][] ranges(int... spared) {
        int[] sorted = spared.clone();
        Arrays.sort(sorted);
        int[][] ranges = new int[sorted.length + 1][];
        int count = 0;
        int from = end();
        for (int fd : sorted) {
            if (fd > from) {
                ranges[count++] = new int[] {from, fd - 1};
            }
            from = Math.max(from, fd + 1);
        }
        ranges[count++] = new int[] {from, Integer.MAX_VALUE};
        return Arrays.copyOf(ranges, count);
    }

    /** Closes everything that is not the container's, but what the last steps before execve still need. */
    public void closeOthers(Kernel kernel, int... spared) {
        CallSequence calls = kernel.sequence();
        for (int[] range : ranges(spared)) {
            calls.closeRange(range[0], range[1], 0);
        }
        calls.run();
    }
}
