package org.jrunc.cgroup;

import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.report.RuntimeFailure;

/**
 * {@code exec --cgroup [CONTROLLER[,CONTROLLER]:]PATH}: which cgroups below those of a container a further process is
 * to be put in. They must exist.
 */
public final class SubCgroups {

    private final Map<String, String> paths;

    private SubCgroups(Map<String, String> paths) {
        this.paths = paths;
    }

    /**
     * Reads the values of the flag.
     *
     * @param arguments one path for all controllers, or any number of paths with controllers
     */
    public static SubCgroups parse(List<String> arguments) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String argument : arguments) {
            int colon = argument.indexOf(':');
            if (colon != argument.lastIndexOf(':')) {
                throw new RuntimeFailure("invalid --cgroup argument: " + argument + " (it has more than one colon)");
            }
            if (colon < 0) {
                if (arguments.size() > 1) {
                    throw new RuntimeFailure("invalid --cgroup argument: " + argument
                            + " (missing <controller>: prefix)");
                }
                paths.put("", argument);
                break;
            }
            String path = argument.substring(colon + 1);
            for (int start = 0; start <= colon;) {
                int comma = argument.indexOf(',', start);
                int end = comma < 0 || comma > colon ? colon : comma;
                String controller = argument.substring(start, end);
                if (paths.put(controller, path) != null) {
                    throw new RuntimeFailure("invalid --cgroup argument(s): controller " + controller
                            + " specified multiple times");
                }
                start = end + 1;
            }
        }
        return new SubCgroups(paths);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return paths.isEmpty();
    }

    /**
     * The container's directories with those of the flag in their place.
     *
     * @param container controller to directory, see {@link CgroupManager#paths}
     */
    public Map<String, String> below(Map<String, String> container) {
        if (paths.isEmpty()) {
            return container;
        }
        Map<String, String> result = new LinkedHashMap<>(container);
        boolean all = paths.containsKey("");
        for (Map.Entry<String, String> place : container.entrySet()) {
            String path = all ? paths.get("") : path(container, place.getValue());
            if (path == null) {
                continue;
            }
            String directory = place.getValue() + within(path);
            // The hierarchy without controllers beside those of v1 is none that whoever makes cgroups there thinks of.
            if (!all || !place.getKey().isEmpty() || container.size() == 1 || new File(directory).isDirectory()) {
                result.put(place.getKey(), directory);
            }
        }
        return result;
    }

    /** What the flag says of the controllers that are in one directory; null if nothing. */
    private String path(Map<String, String> container, String directory) {
        String found = null;
        for (Map.Entry<String, String> asked : paths.entrySet()) {
            String place = container.get(asked.getKey());
            if (place == null) {
                throw new RuntimeFailure("unknown controller " + asked.getKey() + " in SubCgroupPaths (--cgroup)");
            }
            if (place.equals(directory)) {
                if (found != null && !found.equals(asked.getValue())) {
                    throw new RuntimeFailure("invalid --cgroup argument(s): controller " + asked.getKey()
                            + " shares its hierarchy with another one, for which another path is given");
                }
                found = asked.getValue();
            }
        }
        return found;
    }

    /** The path, when it does not lead out of the container's cgroup. */
    private static String within(String path) {
        int depth = 0;
        for (int start = 0; start <= path.length();) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String name = path.substring(start, end);
            if (name.equals("..")) {
                depth--;
            } else if (!name.isEmpty() && !name.equals(".")) {
                depth++;
            }
            if (depth < 0) {
                throw new RuntimeFailure("bad sub cgroup path: " + path + " (--cgroup): it leads out of the container's"
                        + " cgroup");
            }
            start = end + 1;
        }
        return CgroupPaths.clean(path);
    }

    /**
     * Where a process is in the hierarchy of cgroup v2, as a directory. It may have left where the runtime had put it.
     *
     * @param pid its pid
     */
    public static Optional<String> unifiedOf(int pid) {
        Optional<Hierarchy> v2 = CgroupHost.current().v2();
        String cgroups = CgroupFiles.read("/proc/" + pid + "/cgroup");
        int at = cgroups.startsWith("0::") ? 0 : cgroups.indexOf("\n0::") + 1;
        if (v2.isEmpty() || !cgroups.startsWith("0::", at)) {
            return Optional.empty();
        }
        int end = cgroups.indexOf('\n', at);
        String path = cgroups.substring(at + 3, end < 0 ? cgroups.length() : end);
        return Optional.of(v2.get().mountPoint()
                + CgroupPaths.below(CgroupPaths.clean(path), CgroupPaths.clean(v2.get().root())));
    }
}
