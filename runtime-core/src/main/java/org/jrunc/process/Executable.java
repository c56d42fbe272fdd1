package org.jrunc.process;

import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;
import org.jrunc.report.RuntimeFailure;

/**
 * Finds the program of the container, so that {@code create} fails when there is none, and not {@code start}. The rules
 * and the texts are those of Go's {@code exec.LookPath}: engines tell "not found" (exit code 127) from "can not be
 * executed" (126) by these words (feature-map rows 21 to 23).
 *
 * <p>The process asked is the container's, when it has its final root, directory, user, groups and capabilities: then
 * faccessat2(2) with {@code AT_EACCESS} answers as execve(2) will, also for a user who may execute a file only because
 * of CAP_DAC_OVERRIDE.
 */
public final class Executable {

    private static final int X_OK = 1;
    private static final int ANY_EXECUTE = 0111;

    private final Kernel kernel;

    /** A finder in the place of a process. */
    public Executable(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * The path to execute.
     *
     * @param file {@code process.args[0]}
     * @param path {@code PATH} of the container's environment
     */
    public String find(String file, String path) {
        if (file.indexOf('/') >= 0) {
            String reason = reason(file);
            if (!reason.isEmpty()) {
                throw failure(file, reason);
            }
            return file;
        }
        if (path.isEmpty() || file.isEmpty() || file.equals(".") || file.equals("..")) {
            throw notFound(file, path);
        }
        int start = 0;
        while (start <= path.length()) {
            int end = path.indexOf(':', start);
            if (end < 0) {
                end = path.length();
            }
            String candidate = join(path.substring(start, end), file);
            if (reason(candidate).isEmpty()) {
                if (!candidate.startsWith("/")) {
                    throw failure(file, "cannot run executable found relative to current directory");
                }
                return candidate;
            }
            start = end + 1;
        }
        throw notFound(file, path);
    }

    /** As Go's {@code filepath.Join}, as far as it matters here; an empty element of PATH is the current directory. */
    private static String join(String directory, String file) {
        if (directory.isEmpty() || directory.equals(".")) {
            return file;
        }
        return directory.endsWith("/") ? directory + file : directory + "/" + file;
    }

    /** Why a file can not be executed, {@code ""} if it can. */
    private String reason(String file) {
        Stat stat;
        try {
            stat = kernel.statx(Kernel.AT_FDCWD, file, 0);
        } catch (KernelException e) {
            return "stat " + file + ": " + Errno.text(e.errno());
        }
        if (stat.isDirectory()) {
            return Errno.text(Errno.EISDIR);
        }
        try {
            kernel.faccessat2(Kernel.AT_FDCWD, file, X_OK, OpenFlags.AT_EACCESS);
            return "";
        } catch (KernelException e) {
            // As Go does: without the call (Linux 5.8), or when a filter forbids it, the mode decides.
            if (e.is(Errno.ENOSYS) || e.is(Errno.EPERM)) {
                return (stat.mode() & ANY_EXECUTE) != 0 ? "" : Errno.text(Errno.EACCES);
            }
            return Errno.text(e.errno());
        }
    }

    private static RuntimeFailure notFound(String file, String path) {
        String searched = path.isEmpty() ? "/process/env has no PATH" : "PATH is " + GoText.quote(path);
        return new RuntimeFailure("exec: " + GoText.quote(file) + ": executable file not found in $PATH"
                + " (/process/args/0; " + searched + ")");
    }

    private static RuntimeFailure failure(String file, String reason) {
        return new RuntimeFailure("exec: " + GoText.quote(file) + ": " + reason + " (/process/args/0)");
    }
}
