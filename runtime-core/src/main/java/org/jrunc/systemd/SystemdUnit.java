package org.jrunc.systemd;

import java.util.Optional;
import org.jrunc.report.RuntimeFailure;

/**
 * The unit of a container: a scope, or a slice if its name says so.
 *
 * @param slice the slice it is in
 * @param name  its name with its type, like {@code runc-id.scope}
 * @param user  whether it is the unit of a user's systemd
 */
public record SystemdUnit(String slice, String name, boolean user) {

    private static final String SLICE = ".slice";
    private static final String ROOT_SLICE = "-.slice";
    private static final String NAME_CHARACTERS = ":-_.\\@";
    private static final int LONGEST_NAME = 255;

    /**
     * The unit that a bundle asks for by {@code linux.cgroupsPath}, which is {@code slice:prefix:name} then.
     *
     * @param cgroupsPath what it says; without it the name is that of the container with the prefix {@code runc}
     * @param id          the container's id
     * @param user        whether the container is in a user's systemd; its slice is {@code user.slice} by default
     * @throws RuntimeFailure when it is of another form
     */
    public static SystemdUnit of(Optional<String> cgroupsPath, String id, boolean user) {
        String path = cgroupsPath.orElse("");
        path = path.isEmpty() ? ":runc:" + id : path;
        int first = path.indexOf(':');
        int second = path.indexOf(':', first + 1);
        if (first < 0 || second < 0 || path.indexOf(':', second + 1) >= 0) {
            throw new RuntimeFailure("expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups,"
                    + " got \"" + path + "\" instead (/linux/cgroupsPath with --systemd-cgroup)");
        }
        String slice = path.substring(0, first);
        String name = path.substring(second + 1);
        if (!isSlice(name)) {
            name = path.substring(first + 1, second) + "-" + name + ".scope";
        }
        if (slice.isEmpty()) {
            slice = user ? "user.slice" : "system.slice";
        } else if (slice.equals("-")) {
            slice = ROOT_SLICE;
        }
        SystemdUnit unit = new SystemdUnit(slice, name, user);
        unit.check();
        return unit;
    }

    /** The unit that {@link #saved} wrote down. Its slice is not known any more. */
    public static SystemdUnit ofSaved(String saved) {
        int space = saved.indexOf(' ');
        return new SystemdUnit("", saved.substring(space + 1), saved.startsWith("user "));
    }

    /** What is kept of it in the state file and the journal. */
    public String saved() {
        return (user ? "user " : "system ") + name;
    }

    /** Whether it is a slice, which systemd puts no processes into. */
    public boolean isSlice() {
        return isSlice(name);
    }

    /** Its cgroup, from that of systemd on: {@code /a.slice/a-b.slice/runc-id.scope}. */
    public String path() {
        if (isSlice()) {
            return expand(name);
        }
        String above = expand(slice);
        return (above.equals("/") ? "" : above) + "/" + name;
    }

    private static boolean isSlice(String name) {
        return name.endsWith(SLICE);
    }

    private void check() {
        expand(slice);
        boolean valid = name.length() <= LONGEST_NAME;
        for (int i = 0; i < name.length() && valid; i++) {
            char c = name.charAt(i);
            valid = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
                    || NAME_CHARACTERS.indexOf(c) >= 0;
        }
        if (!valid) {
            throw new RuntimeFailure("invalid unit name: " + name + " (/linux/cgroupsPath): systemd takes letters,"
                    + " digits and " + NAME_CHARACTERS + ", up to 255 characters");
        }
        if (isSlice() && expand(name).equals("/")) {
            throw new RuntimeFailure("invalid unit name: " + name + " (/linux/cgroupsPath): the root of all cgroups is"
                    + " no cgroup of the container's own");
        }
    }

    /** The path of a slice: the dashes in its name say where it is in the tree (systemd.slice(5)). */
    static String expand(String slice) {
        if (slice.equals(ROOT_SLICE)) {
            return "/";
        }
        StringBuilder path = new StringBuilder();
        String name = isSlice(slice) ? slice.substring(0, slice.length() - SLICE.length()) : "";
        for (int start = 0; start <= name.length();) {
            int dash = name.indexOf('-', start);
            int end = dash < 0 ? name.length() : dash;
            if (end == start || name.indexOf('/') >= 0) {
                throw new RuntimeFailure("invalid slice name: " + slice + " (/linux/cgroupsPath): like a.slice, or"
                        + " a-b.slice for one in a.slice");
            }
            path.append('/').append(name, 0, end).append(SLICE);
            start = end + 1;
        }
        return path.toString();
    }
}
