package org.jrunc.cgroup;

import java.util.List;

/**
 * The container's cgroup in one hierarchy.
 *
 * @param controllers the hierarchy's controllers, as keys of the state file; {@code ""} for v2
 * @param mountPoint  where the hierarchy is mounted; empty when that is not known any more
 * @param directory   the cgroup
 */
record Place(List<String> controllers, String mountPoint, CgroupDirectory directory) {

    static final String UNIFIED = "";

    static Place of(Hierarchy hierarchy, String directory) {
        return new Place(hierarchy.unified() ? List.of(UNIFIED) : hierarchy.controllers(), hierarchy.mountPoint(),
                new CgroupDirectory(directory));
    }

    boolean unified() {
        return controllers.getFirst().equals(UNIFIED);
    }

    boolean has(String controller) {
        return controllers.contains(controller);
    }

    String path() {
        return directory.path();
    }
}
