package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What {@code /proc/PID/stat} tells, proc_pid_stat(5).
 *
 * @param state     field 3: R, S, D, T, Z, …
 * @param startTime field 22, in clock ticks since boot: with the pid it names a process for good
 */
record ProcessStat(char state, long startTime) {

    private static final int START_TIME = 22;

    /** The process with a pid, if there is one. */
    static Optional<ProcessStat> of(int pid) {
        try {
            return SmallFile.read(new File("/proc/" + pid + "/stat")).map(ProcessStat::parse);
        } catch (IOException endedMeanwhile) {
            return Optional.empty();
        }
    }

    /** Whether this very process runs: not another one with its pid, and not a zombie. */
    static boolean isAlive(int pid, long startTime) {
        Optional<ProcessStat> stat = pid > 0 ? of(pid) : Optional.empty();
        return stat.isPresent() && stat.get().startTime == startTime && stat.get().state != 'Z'
                && stat.get().state != 'X';
    }

    static ProcessStat parse(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        // The name in field 2 may hold anything, but nothing behind it holds a parenthesis.
        int at = text.lastIndexOf(')') + 2;
        char state = text.charAt(at);
        for (int field = 3; field < START_TIME; field++) {
            at = text.indexOf(' ', at) + 1;
        }
        return new ProcessStat(state, Long.parseLong(text.substring(at, text.indexOf(' ', at))));
    }
}
