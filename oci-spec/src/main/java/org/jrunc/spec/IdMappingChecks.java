package org.jrunc.spec;

import java.util.List;

/** What the kernel takes for a uid_map or gid_map (user_namespaces(7)). */
final class IdMappingChecks {
    private static final int MAX_LINES = 340;
    /** (uid_t) -1 can not be mapped. */
    private static final long END = 0xffff_ffffL;

    private IdMappingChecks() {
    }

    static void check(Findings findings, String pointer, List<IdMapping> mappings) {
        if (mappings.size() > MAX_LINES) {
            findings.add(pointer, "must not have more than 340 elements, which is what the kernel takes, has "
                    + mappings.size());
            return;
        }
        for (int i = 0; i < mappings.size(); i++) {
            IdMapping mapping = mappings.get(i);
            if (mapping.size() == 0) {
                findings.add(pointer + "/" + i + "/size", "must be greater than 0");
            } else if (mapping.containerID() + mapping.size() > END || mapping.hostID() + mapping.size() > END) {
                findings.add(pointer + "/" + i, "must not reach beyond id 4294967294");
            }
            for (int j = 0; j < i; j++) {
                checkDistinct(findings, pointer, mappings, i, j);
            }
        }
    }

    private static void checkDistinct(Findings findings, String pointer, List<IdMapping> mappings, int i, int j) {
        IdMapping a = mappings.get(i);
        IdMapping b = mappings.get(j);
        if (overlap(a.containerID(), a.size(), b.containerID(), b.size())) {
            findings.add(pointer + "/" + i + "/containerID", "must not overlap with " + pointer + "/" + j);
        }
        if (overlap(a.hostID(), a.size(), b.hostID(), b.size())) {
            findings.add(pointer + "/" + i + "/hostID", "must not overlap with " + pointer + "/" + j);
        }
    }

    private static boolean overlap(long first, long firstSize, long second, long secondSize) {
        return first < second + secondSize && second < first + firstSize;
    }
}
