package org.jrunc.hooks;

/** Wait statuses, wait(2), in the words of Go's {@code os.ProcessState}, which callers of runc know. */
public final class WaitStatus {

    private static final String[] SIGNALS = {"", "hangup", "interrupt", "quit", "illegal instruction",
        "trace/breakpoint trap", "aborted", "bus error", "floating point exception", "killed", "user defined signal 1",
        "segmentation fault", "user defined signal 2", "broken pipe", "alarm clock", "terminated", "stack fault",
        "child exited", "continued", "stopped (signal)", "stopped", "stopped (tty input)", "stopped (tty output)",
        "urgent I/O condition", "CPU time limit exceeded", "file size limit exceeded", "virtual timer expired",
        "profiling timer expired", "window changed", "I/O possible", "power failure", "bad system call"};
    private static final int CORE_DUMPED = 0x80;

    private WaitStatus() {
    }

    /** For instance {@code exit status 1} or {@code signal: killed}. */
    public static String text(int status) {
        int signal = status & 0x7f;
        if (signal == 0) {
            return "exit status " + (status >>> 8 & 0xff);
        }
        return "signal: " + (signal < SIGNALS.length ? SIGNALS[signal] : "signal " + signal)
                + ((status & CORE_DUMPED) != 0 ? " (core dumped)" : "");
    }
}
