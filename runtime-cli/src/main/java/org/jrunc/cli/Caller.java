package org.jrunc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;

/**
 * Who runs this process.
 *
 * @param euid effective user id
 * @param egid effective group id
 */
record Caller(int euid, int egid) {

    private static final Path SELF = Path.of("/proc/self");
    private static final String ALL_IDS = "4294967295";

    /** Asks the kernel. */
    static Caller current() {
        return ofStatus(read("status"));
    }

    /** From the text of proc_pid_status(5), where {@code Uid} and {@code Gid} have: real, effective, saved, fs. */
    static Caller ofStatus(String status) {
        return new Caller(second(status, "\nUid:\t"), second(status, "\nGid:\t"));
    }

    /** Whether this process is in a user namespace other than the initial one, user_namespaces(7). */
    static boolean isInUserNamespace() {
        return !read("uid_map").contains(ALL_IDS);
    }

    private static int second(String status, String label) {
        int start = status.indexOf('\t', status.indexOf(label) + label.length()) + 1;
        return Integer.parseUnsignedInt(status.substring(start, status.indexOf('\t', start)));
    }

    private static String read(String file) {
        try {
            return Files.readString(SELF.resolve(file));
        } catch (IOException e) {
            throw new RuntimeFailure("cannot find out who calls, is /proc mounted? " + Reason.of(e), e);
        }
    }
}
