package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cgroup hierarchies this host mounts, and where in them a process is. Read once, by plain scanning of its
 * {@code mountinfo} (proc_pid_mountinfo(5)) and {@code cgroup} (cgroups(7)) in /proc.
 */
public final class CgroupHost {

    private final List<Hierarchy> v1;
    private final Optional<Hierarchy> v2;

    private CgroupHost(List<Hierarchy> v1, Optional<Hierarchy> v2) {
        this.v1 = List.copyOf(v1);
        this.v2 = v2;
    }

    /** What this process sees. */
    public static CgroupHost current() {
        return of("/proc/self");
    }

    /**
     * What a process sees.
     *
     * @param proc its directory in /proc
     */
    public static CgroupHost of(String proc) {
        return parse(CgroupFiles.read(proc + "/mountinfo"), CgroupFiles.read(proc + "/cgroup"));
    }

    /**
     * What two files of /proc say. The names of the v1 hierarchies are those of the second: each of its lines is
     * {@code number:controllers:path}. In the first, the controllers are among the options of the file system.
     */
    static CgroupHost parse(String mountinfo, String cgroup) {
        List<Hierarchy> v1 = new ArrayList<>();
        Optional<Hierarchy> v2 = Optional.empty();
        List<Mount> mounts = Mount.parse(mountinfo);
        for (int start = 0; start < cgroup.length();) {
            int end = lineEnd(cgroup, start);
            int first = cgroup.indexOf(':', start);
            int second = cgroup.indexOf(':', first + 1);
            if (first > 0 && second > 0 && second < end) {
                List<String> controllers = split(cgroup.substring(first + 1, second));
                Mount mount = Mount.of(mounts, controllers);
                if (mount != null) {
                    Hierarchy found = new Hierarchy(controllers, mount.point, mount.root,
                            cgroup.substring(second + 1, end));
                    if (found.unified()) {
                        v2 = Optional.of(found);
                    } else {
                        v1.add(found);
                    }
                }
            }
            start = end + 1;
        }
        return new CgroupHost(v1, v2);
    }

    /** Whether this is a host with nothing but cgroup v2. */
    public boolean isUnified() {
        return v1.isEmpty() && v2.isPresent();
    }

    /** Whether v1 hierarchies are mounted and the one of v2 beside them. */
    public boolean isHybrid() {
        return !v1.isEmpty() && v2.isPresent();
    }

    /** The mounted v1 hierarchies. */
    List<Hierarchy> v1() {
        return v1;
    }

    /** The v2 hierarchy, if it is mounted. */
    Optional<Hierarchy> v2() {
        return v2;
    }

    private static int lineEnd(String text, int start) {
        int end = text.indexOf('\n', start);
        return end < 0 ? text.length() : end;
    }

    private static List<String> split(String list) {
        List<String> parts = new ArrayList<>();
        for (int start = 0; start < list.length();) {
            int comma = list.indexOf(',', start);
            int end = comma < 0 ? list.length() : comma;
            parts.add(list.substring(start, end));
            start = end + 1;
        }
        return parts;
    }

    /** A line of mountinfo for a cgroup file system. */
    private record Mount(String root, String point, boolean unified, String options) {

        private static final String V1 = " - cgroup ";
        private static final String V2 = " - cgroup2 ";

        static List<Mount> parse(String mountinfo) {
            List<Mount> mounts = new ArrayList<>();
            for (int start = 0; start < mountinfo.length();) {
                int end = lineEnd(mountinfo, start);
                int dash = mountinfo.indexOf(" - cgroup", start);
                if (dash < 0) {
                    break;
                }
                if (dash < end) {
                    String line = mountinfo.substring(start, end);
                    boolean unified = line.indexOf(V2) >= 0;
                    if (unified || line.indexOf(V1) >= 0) {
                        mounts.add(of(line, unified));
                    }
                }
                start = end + 1;
            }
            return mounts;
        }

        private static Mount of(String line, boolean unified) {
            // 32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
            int root = line.indexOf(' ', line.indexOf(' ', line.indexOf(' ') + 1) + 1) + 1;
            int point = line.indexOf(' ', root) + 1;
            int after = line.indexOf(' ', point);
            return new Mount(unescape(line.substring(root, point - 1)), unescape(line.substring(point, after)), unified,
                    "," + line.substring(line.lastIndexOf(' ') + 1) + ",");
        }

        /** The mount of a hierarchy, null if there is none; of several the one in /sys/fs/cgroup. */
        static Mount of(List<Mount> mounts, List<String> controllers) {
            Mount best = null;
            for (Mount mount : mounts) {
                boolean match = controllers.isEmpty() ? mount.unified
                        : !mount.unified && mount.options.indexOf("," + controllers.getFirst() + ",") >= 0;
                if (match && (best == null
                        || !best.point.startsWith("/sys/fs/cgroup") && mount.point.startsWith("/sys/fs/cgroup"))) {
                    best = mount;
                }
            }
            return best;
        }

        /** Blanks and the like in paths are written as a backslash and three octal digits. */
        private static String unescape(String field) {
            if (field.indexOf('\\') < 0) {
                return field;
            }
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < field.length(); i++) {
                char c = field.charAt(i);
                if (c == '\\' && i + 3 < field.length()) {
                    c = (char) ((field.charAt(i + 1) - '0') * 64 + (field.charAt(i + 2) - '0') * 8
                            + field.charAt(i + 3) - '0');
                    i += 3;
                }
                text.append(c);
            }
            return text.toString();
        }
    }
}
