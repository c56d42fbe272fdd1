package org.jrunc.cgroup;

import java.util.List;

/**
 * One mounted cgroup hierarchy, cgroups(7).
 *
 * @param controllers its controllers, several when they are mounted together; {@code name=systemd} and the like for a
 *                    named one; empty for v2
 * @param mountPoint  where it is mounted
 * @param root        which cgroup of the hierarchy the mount point shows, {@code /} unless in a container
 * @param own         the cgroup of this process in the hierarchy
 */
record Hierarchy(List<String> controllers, String mountPoint, String root, String own) {

    Hierarchy {
        controllers = List.copyOf(controllers);
    }

    /** Whether it is that of cgroup v2. */
    boolean unified() {
        return controllers.isEmpty();
    }
}
