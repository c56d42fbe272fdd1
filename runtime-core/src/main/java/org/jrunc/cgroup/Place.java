package org.jrunc.cgroup;

import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.KernelException;

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

    /** The places that {@link CgroupManager#paths} told. */
    static List<Place> of(Map<String, String> saved) {
        Map<String, List<String>> byDirectory = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : saved.entrySet()) {
            List<String> controllers = byDirectory.get(entry.getValue());
            if (controllers == null) {
                controllers = new ArrayList<>();
                byDirectory.put(entry.getValue(), controllers);
            }
            controllers.add(entry.getKey());
        }
        List<Place> places = new ArrayList<>();
        for (Map.Entry<String, List<String>> entry : byDirectory.entrySet()) {
            places.add(new Place(entry.getValue(), "", new CgroupDirectory(entry.getKey())));
        }
        return places;
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

    /** Whether the cgroup is this directory or somewhere below it. */
    boolean isAtOrBelow(String ancestor) {
        return ancestor.equals(path()) || path().startsWith(ancestor) && path().charAt(ancestor.length()) == '/';
    }

    /** The directories, the cgroup's the last, that are not there yet. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (String path = path(); path.length() > mountPoint.length() && !new File(path).isDirectory();
                path = FileCgroup.parent(path)) {
            missing.addFirst(path);
        }
        return missing;
    }

    /** Makes a directory, and once more those above it that the end of another container has just removed. */
    void mkdir(String path, List<String> made) {
        for (int attempt = 1;; attempt++) {
            try {
                if (CgroupFiles.mkdir(path)) {
                    made.add(path);
                }
                return;
            } catch (KernelException e) {
                String above = FileCgroup.parent(path);
                if (!e.is(Errno.ENOENT) || attempt == 5 || above.length() <= mountPoint.length()) {
                    throw e;
                }
                made.remove(above);
                mkdir(above, made);
            }
        }
    }
}
