package org.jrunc.namespace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.Stat;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.IdMapping;

/**
 * The set-user-id programs {@code newuidmap(1)} and {@code newgidmap(1)}, which write maps for users who may not do so
 * themselves, as far as {@code /etc/subuid} and {@code /etc/subgid} allow. Only touched when a direct write was
 * refused; a failure names what is missing.
 */
final class MappingHelper {

    /** Engines call with an empty environment. */
    private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";
    private static final int X_OK = 1;
    private static final int S_ISUID = 04000;
    private static final long DEADLINE_SECONDS = 10;

    private final Kernel brain;
    private final String path;

    MappingHelper(Kernel brain, String path) {
        this.brain = brain;
        this.path = path.isEmpty() ? DEFAULT_PATH : path;
    }

    /**
     * Has a map written.
     *
     * @param ids     {@code uid} or {@code gid}
     * @param field   where the map is configured
     * @param refused why the runtime could not do so itself
     */
    void write(int pid, String ids, String field, List<IdMapping> mappings, KernelException refused) {
        String name = "new" + ids + "map";
        String failure = "failed to update /proc/" + pid + "/" + ids + "_map: " + field + ": ";
        String program = find(name);
        if (program.isEmpty()) {
            throw new RuntimeFailure(failure + refused.getMessage() + "; " + name + ", which may write such a map for"
                    + " a user, is not in " + path + " (it comes with the package uidmap or shadow-utils)", refused);
        }
        List<String> command = new ArrayList<>(List.of(program, Integer.toString(pid)));
        for (IdMapping mapping : mappings) {
            command.add(Long.toString(mapping.containerID()));
            command.add(Long.toString(mapping.hostID()));
            command.add(Long.toString(mapping.size()));
        }
        String complaint = run(command);
        if (complaint != null) {
            throw new RuntimeFailure(failure + program + " failed" + complaint
                    + diagnosis(program, ids, field, mappings), refused);
        }
    }

    private String find(String name) {
        for (String directory : path.split(":")) {
            if (!directory.startsWith("/")) {
                continue;
            }
            String candidate = directory + "/" + name;
            try {
                brain.faccessat2(Kernel.AT_FDCWD, candidate, X_OK, OpenFlags.AT_EACCESS);
                return candidate;
            } catch (KernelException absent) {
                // The next directory.
            }
        }
        return "";
    }

    /** Runs a command; returns null on success, else what it had to say. */
    private static String run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().clear();
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                    return ": it did not end within " + DEADLINE_SECONDS + " s";
                }
                byte[] output = process.getInputStream().readNBytes(4096);
                return process.exitValue() == 0 ? null : " with exit status " + process.exitValue() + ": "
                        + new String(output, StandardCharsets.UTF_8).strip().replace('\n', ';');
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return ": it can not be executed";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ": interrupted";
        }
    }

    private String diagnosis(String program, String ids, String field, List<IdMapping> mappings) {
        StringBuilder reasons = new StringBuilder();
        if (brain.prctl(Prctl.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) {
            reasons.append("; the runtime runs with no_new_privs, so set-user-id programs have no effect");
        }
        if (!isPrivileged(program)) {
            reasons.append("; ").append(program).append(" is neither set-user-id root nor has it file capabilities"
                    + " (cap_set").append(ids).append("): reinstall its package or set the bit");
        }
        int missing = notGranted("/etc/sub" + ids, mappings, ids);
        if (missing >= 0) {
            IdMapping range = mappings.get(missing);
            reasons.append("; ").append(field).append('/').append(missing).append(" wants host ids ")
                    .append(range.hostID()).append(" to ").append(range.hostID() + range.size() - 1)
                    .append(", which /etc/sub").append(ids).append(" does not give to uid ").append(brain.geteuid());
        }
        return reasons.toString();
    }

    private boolean isPrivileged(String program) {
        try {
            Stat stat = brain.statx(Kernel.AT_FDCWD, program, 0);
            return stat.uid() == 0 && (stat.mode() & S_ISUID) != 0
                    || brain.invoke(Syscall.GETXATTR, Arg.text(program), Arg.text("security.capability"),
                    Block.out(64), Arg.of(64)) > 0;
        } catch (KernelException unknown) {
            return true;
        }
    }

    /** Index of the first mapping that neither is the caller's own id nor lies in one of its ranges; -1 for none. */
    private int notGranted(String file, List<IdMapping> mappings, String ids) {
        int uid = brain.geteuid();
        int own = ids.equals("uid") ? uid : brain.getegid();
        List<long[]> ranges = ranges(lines(file), uid, userName(lines("/etc/passwd"), uid));
        for (int i = 0; i < mappings.size(); i++) {
            IdMapping mapping = mappings.get(i);
            boolean granted = mapping.size() == 1 && mapping.hostID() == own;
            for (long[] range : ranges) {
                granted |= mapping.hostID() >= range[0]
                        && mapping.hostID() + mapping.size() <= range[0] + range[1];
            }
            if (!granted) {
                return i;
            }
        }
        return -1;
    }

    /** The ranges of a user in subuid(5): lines of {@code name-or-uid:first:count}. */
    static List<long[]> ranges(List<String> lines, int uid, String name) {
        List<long[]> ranges = new ArrayList<>();
        for (String line : lines) {
            String[] fields = line.strip().split(":");
            if (fields.length == 3 && (fields[0].equals(name) || fields[0].equals(Integer.toString(uid)))) {
                try {
                    ranges.add(new long[] {Long.parseLong(fields[1]), Long.parseLong(fields[2])});
                } catch (NumberFormatException comment) {
                    // Not a range; the program ignores the line, too.
                }
            }
        }
        return ranges;
    }

    private static String userName(List<String> passwd, int uid) {
        for (String line : passwd) {
            String[] fields = line.split(":");
            if (fields.length > 2 && fields[2].equals(Integer.toString(uid))) {
                return fields[0];
            }
        }
        return "";
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException absent) {
            return List.of();
        }
    }
}
