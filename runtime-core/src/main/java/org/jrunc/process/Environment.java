package org.jrunc.process;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;

/**
 * The environment of the container's process (config.md, {@code process.env}). Of several entries with the same name
 * the last one counts, in its place; an empty {@code HOME} counts as none.
 */
public final class Environment {

    /** More than any passwd file of an image; a limit, because the brain reads it to memory. */
    private static final int PASSWD_LIMIT = 4 << 20;

    private final List<String> entries;

    private Environment(List<String> entries) {
        this.entries = entries;
    }

    /**
     * Checks and dedupes.
     *
     * @param configured {@code process.env}
     * @param added      entries of the runtime's own, for instance {@code LISTEN_FDS}
     */
    public static Environment of(List<String> configured, List<String> added) {
        List<String> all = new ArrayList<>(configured);
        all.addAll(added);
        List<String> kept = new ArrayList<>(all.size());
        Set<String> names = new HashSet<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            String entry = all.get(i);
            String name = name(entry, i);
            if (names.add(name) && !entry.equals("HOME=")) {
                kept.add(entry);
            }
        }
        Collections.reverse(kept);
        return new Environment(kept);
    }

    private static String name(String entry, int index) {
        int equals = entry.indexOf('=');
        if (equals < 0) {
            throw new RuntimeFailure("invalid environment variable: missing '=': /process/env/" + index + " is "
                    + GoText.quote(entry));
        }
        if (equals == 0) {
            throw new RuntimeFailure("invalid environment variable: name cannot be empty: /process/env/" + index
                    + " is " + GoText.quote(entry));
        }
        String name = entry.substring(0, equals);
        if (entry.indexOf(0) >= 0) {
            throw new RuntimeFailure("invalid environment variable " + GoText.quote(name)
                    + ": contains nul byte (\\x00): /process/env/" + index);
        }
        return name;
    }

    /** The value of a variable, {@code ""} if it is not set. */
    public String value(String name) {
        String prefix = name + "=";
        for (String entry : entries) {
            if (entry.startsWith(prefix)) {
                return entry.substring(prefix.length());
            }
        }
        return "";
    }

    /**
     * This environment with {@code HOME} set: if it is not, to what the container's {@code /etc/passwd} says about the
     * user, or to {@code /}. No name service is asked.
     *
     * @param kernel a process with the container's root
     */
    public Environment withHome(Kernel kernel, long uid) {
        if (!value("HOME").isEmpty()) {
            return this;
        }
        List<String> more = new ArrayList<>(entries);
        String home = home(kernel, uid);
        more.add("HOME=" + (home.isEmpty() || home.indexOf(0) >= 0 ? "/" : home));
        return new Environment(more);
    }

    private static String home(Kernel kernel, long uid) {
        try {
            return Passwd.home(new String(ContainerRoot.read(kernel, "etc/passwd", PASSWD_LIMIT),
                    StandardCharsets.UTF_8), uid);
        } catch (KernelException absent) {
            return "";
        }
    }

    /** The entries, {@code KEY=value}. */
    public List<String> entries() {
        return Collections.unmodifiableList(entries);
    }
}
