package org.jrunc.namespace;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.IdMapping;

/**
 * Writes the id maps of a new user namespace (user_namespaces(7)): directly where the kernel lets the runtime do so,
 * which it does for root and for a map of nothing but the caller's own id, else by {@code newuidmap} and
 * {@code newgidmap}.
 */
public final class IdMaps {

    /** {@code UID_GID_MAP_MAX_EXTENTS}, Linux 4.15. */
    private static final int MAX_EXTENTS = 340;

    private final Kernel brain;
    private final MappingHelper helper;
    private final String parent;

    /**
     * A writer.
     *
     * @param brain process that owns the user namespaces, in their parent namespace
     * @param path  {@code PATH} of the runtime's caller; {@code ""} when unset
     */
    public IdMaps(Kernel brain, String path) {
        this(brain, path, "/linux");
    }

    /** A writer of maps that are configured elsewhere than in {@code linux}. */
    IdMaps(Kernel brain, String path, String parent) {
        this.brain = brain;
        this.helper = new MappingHelper(brain, path);
        this.parent = parent;
    }

    /**
     * Writes both maps of the user namespace of a process, which must be dumpable unless the brain is root.
     *
     * @return whether setgroups(2) is allowed in that namespace
     */
    public boolean write(int pid, List<IdMapping> uidMappings, List<IdMapping> gidMappings) {
        int uid = brain.geteuid();
        boolean deny = uid != 0 && isOnly(gidMappings, brain.getegid());
        writeMap(pid, "uid", uidMappings);
        if (deny) {
            // Since Linux 3.19 an unprivileged process may map its own group only without setgroups(2):
            // dropping a group could otherwise grant access.
            try {
                ProcFile.write(brain, pid, "setgroups", "deny");
            } catch (KernelException e) {
                throw new RuntimeFailure("unable to deny setgroups in the user namespace: " + e.getMessage(), e);
            }
        }
        writeMap(pid, "gid", gidMappings);
        return !deny;
    }

    private void writeMap(int pid, String ids, List<IdMapping> mappings) {
        String field = parent + "/" + ids + "Mappings";
        if (mappings.size() > MAX_EXTENTS) {
            throw new RuntimeFailure("failed to update /proc/" + pid + "/" + ids + "_map: " + field + " has "
                    + mappings.size() + " entries, Linux takes " + MAX_EXTENTS);
        }
        try {
            ProcFile.write(brain, pid, ids + "_map", text(mappings));
        } catch (KernelException e) {
            if (e.is(Errno.EPERM) || e.is(Errno.EACCES)) {
                helper.write(pid, ids, field, mappings, e);
                return;
            }
            throw new RuntimeFailure("failed to update /proc/" + pid + "/" + ids + "_map: " + field + ": "
                    + e.getMessage() + (e.is(Errno.EINVAL) ? " (ranges must not overlap, nor be empty)" : ""), e);
        }
    }

    /** Whether the map is of this one id and nothing else. */
    private static boolean isOnly(List<IdMapping> mappings, long id) {
        return mappings.size() == 1 && mappings.getFirst().size() == 1 && mappings.getFirst().hostID() == id;
    }

    /** The lines of a map file. */
    static String text(List<IdMapping> mappings) {
        StringBuilder text = new StringBuilder();
        for (IdMapping mapping : mappings) {
            text.append(mapping.containerID()).append(' ').append(mapping.hostID()).append(' ')
                    .append(mapping.size()).append('\n');
        }
        return text.toString();
    }

    /** The ranges of a map file. */
    static List<IdMapping> parse(String text) {
        List<IdMapping> mappings = new ArrayList<>();
        long[] numbers = new long[3];
        int count = 0;
        boolean inNumber = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                numbers[count] = (inNumber ? numbers[count] * 10 : 0) + (c - '0');
                inNumber = true;
            } else if (inNumber) {
                inNumber = false;
                count++;
                if (count == 3) {
                    mappings.add(new IdMapping(numbers[0], numbers[1], numbers[2]));
                    count = 0;
                }
            }
        }
        return mappings;
    }

    /** The id outside for an id inside, or -1 if it is not mapped. */
    static long toHost(List<IdMapping> mappings, long id) {
        for (IdMapping mapping : mappings) {
            if (id >= mapping.containerID() && id - mapping.containerID() < mapping.size()) {
                return mapping.hostID() + (id - mapping.containerID());
            }
        }
        return -1;
    }
}
