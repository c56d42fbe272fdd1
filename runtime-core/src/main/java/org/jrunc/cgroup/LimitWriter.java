package org.jrunc.cgroup;

import java.io.File;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;

/**
 * Writes limits into the files of one cgroup directory. What the kernel refuses is one line: the field of the
 * configuration, the file, the value, the errno and what to do about it. What the kernel took, but made something else
 * of, is a warning with both numbers.
 */
final class LimitWriter {

    private static final String FIELDS = "/linux/resources/";

    private final String directory;
    private final RuntimeLog log;

    LimitWriter(String directory, RuntimeLog log) {
        this.directory = directory;
        this.log = log;
    }

    /** Whether the kernel has this file. */
    boolean has(String file) {
        return new File(path(file)).exists();
    }

    /** The content of a file without blanks around it, empty when there is none. */
    String read(String file) {
        return CgroupFiles.value(path(file));
    }

    /** Writes; returns 0, or the errno when it was not taken. */
    int attempt(String file, String value) {
        try {
            CgroupFiles.write(path(file), value);
            return 0;
        } catch (KernelException e) {
            return e.errno();
        }
    }

    /** Writes a value that is not to be compared with what the file shows afterwards. */
    void write(String field, String file, String value) {
        int errno = attempt(file, value);
        if (errno != 0) {
            throw refused(field, file, value, errno);
        }
    }

    /** Writes a value and warns when the file shows another one afterwards. */
    void exact(String field, String file, String value) {
        write(field, file, value);
        compare(field, file, value);
    }

    /** Warns when a file does not show what was written. */
    void compare(String field, String file, String value) {
        String now = read(file);
        if (!now.equals(value)) {
            log.warn(FIELDS + field + ": asked for " + value + ", the kernel made it "
                    + (now.isEmpty() ? "nothing" : oneLine(now)) + " (" + path(file) + ")");
        }
    }

    /** Says that a field has no effect, and why. */
    void ignored(String field, String why) {
        log.warn(FIELDS + field + ": ignored: " + why);
    }

    /** The failure of a write. It names the errno, not its text, which engines would take for that of the program. */
    RuntimeFailure refused(String field, String file, String value, int errno) {
        String hint = LimitHints.of(directory, file, errno);
        return failure(field, "write " + oneLine(value) + " to " + path(file) + ": " + Errno.name(errno)
                + (hint.isEmpty() ? "" : ": " + hint));
    }

    /** A failure with the name of the field. */
    static RuntimeFailure failure(String field, String text) {
        return new RuntimeFailure("unable to apply cgroup configuration: " + FIELDS + field + ": " + text);
    }

    String path(String file) {
        return directory + '/' + file;
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }
}
