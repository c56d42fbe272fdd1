package org.jrunc.process;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;
import org.jrunc.kernel.Syscall;
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
    /** A PATH rarely has more elements; no element is much longer than a few dozen bytes. */
    private static final int AT_ONCE = 8;

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
            String reason = reasons(List.of(file)).getFirst();
            if (!reason.isEmpty()) {
                throw failure(file, reason);
            }
            return file;
        }
        if (path.isEmpty() || file.isEmpty() || file.equals(".") || file.equals("..")) {
            throw notFound(file, path);
        }
        List<String> candidates = new ArrayList<>();
        int start = 0;
        while (start <= path.length()) {
            int end = path.indexOf(':', start);
            if (end < 0) {
                end = path.length();
            }
            candidates.add(join(path.substring(start, end), file));
            start = end + 1;
        }
        for (int from = 0; from < candidates.size(); from += AT_ONCE) {
            List<String> some = candidates.subList(from, Math.min(from + AT_ONCE, candidates.size()));
            List<String> reasons = reasons(some);
            int found = reasons.indexOf("");
            if (found >= 0) {
                if (!some.get(found).startsWith("/")) {
                    throw failure(file, "cannot run executable found relative to current directory");
                }
                return some.get(found);
            }
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

    /** Why files can not be executed, {@code ""} for one that can; they are asked about in one round trip. */
    private List<String> reasons(List<String> files) {
        CallSequence calls = kernel.independent();
        Block[] stats = new Block[files.size()];
        int[] looked = new int[files.size()];
        int[] allowed = new int[files.size()];
        for (int i = 0; i < looked.length; i++) {
            stats[i] = Block.out(Stat.SIZE);
            looked[i] = CallSequence.statx(calls, Kernel.AT_FDCWD, files.get(i), 0, stats[i]);
            allowed[i] = (int) calls.call(Syscall.FACCESSAT2, Arg.of(Kernel.AT_FDCWD), Arg.text(files.get(i)),
                    Arg.of(X_OK), Arg.of(OpenFlags.AT_EACCESS));
        }
        calls.run();
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < looked.length; i++) {
            int found = calls.result(looked[i]);
            reasons.add(found < 0 ? "stat " + files.get(i) + ": " + Errno.text(-found)
                    : reason(Stat.of(stats[i]), calls.result(allowed[i])));
        }
        return reasons;
    }

    private static String reason(Stat stat, int access) {
        if (stat.isDirectory()) {
            return Errno.text(Errno.EISDIR);
        }
        // As Go does: without the call (Linux 5.8), or when a filter forbids it, the mode decides.
        if (access == -Errno.ENOSYS || access == -Errno.EPERM) {
            return (stat.mode() & ANY_EXECUTE) != 0 ? "" : Errno.text(Errno.EACCES);
        }
        return access < 0 ? Errno.text(-access) : "";
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
