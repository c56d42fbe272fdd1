package org.jrunc.container;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jrunc.spec.Device;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Mount;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;

/**
 * The mounts of a container whose content is the host's and not saved with it. Each has a name, under which the images
 * have it: its destination, as with runc, so that either can restore what the other has saved. Names for mounts that
 * are not there do no harm.
 *
 * @param sources name to the path on the host
 * @param masked  paths that are covered with {@code /dev/null} unless they are directories
 */
record ExternalMounts(Map<String, String> sources, List<String> masked) {

    /** The name of what masks files. */
    static final String MASK = "/dev/null";

    private static final String CGROUPS = "/sys/fs/cgroup/";
    private static final List<String> DEVICES = List.of("/dev/null", "/dev/zero", "/dev/full", "/dev/tty",
            "/dev/random", "/dev/urandom");

    /**
     * Those of a configuration.
     *
     * @param bundle  absolute path of the bundle
     * @param cgroups controller to directory of the container's cgroup
     */
    static ExternalMounts of(Spec spec, String bundle, Map<String, String> cgroups) {
        Map<String, String> sources = new LinkedHashMap<>();
        // In a user namespace devices are bind mounts.
        for (String device : DEVICES) {
            sources.put(device, device);
        }
        List<Device> devices = spec.linux().map(Linux::devices).orElse(List.of());
        for (Device device : devices) {
            sources.put(device.path(), device.path());
        }
        boolean ownView = spec.linux().flatMap(linux -> linux.namespace(NamespaceType.CGROUP)).isPresent();
        for (Mount mount : spec.mounts()) {
            String destination = absolute(mount.destination());
            if (isBind(mount)) {
                String source = mount.source().orElse("");
                sources.put(destination, source.startsWith("/") ? source : bundle + "/" + source);
            } else if (mount.type().orElse("").equals("cgroup") && !ownView) {
                addHierarchies(sources, destination, cgroups);
            }
        }
        return new ExternalMounts(sources, spec.linux().map(Linux::maskedPaths).orElse(List.of()));
    }

    private static boolean isBind(Mount mount) {
        return mount.options().contains("bind") || mount.options().contains("rbind")
                || mount.type().orElse("").equals("bind");
    }

    /** Of v1 the container sees a bind mount of its own cgroup for each hierarchy; v2 is mounted, not bound. */
    private static void addHierarchies(Map<String, String> sources, String destination, Map<String, String> cgroups) {
        for (Map.Entry<String, String> cgroup : cgroups.entrySet()) {
            String path = cgroup.getValue();
            if (!cgroup.getKey().isEmpty() && path.startsWith(CGROUPS)) {
                int slash = path.indexOf('/', CGROUPS.length());
                String hierarchy = path.substring(CGROUPS.length(), slash < 0 ? path.length() : slash);
                sources.put(destination + "/" + hierarchy, path);
            }
        }
    }

    private static String absolute(String destination) {
        String path = destination.startsWith("/") ? destination : "/" + destination;
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
