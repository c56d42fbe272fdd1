package org.jrunc.cgroup;

import java.util.Optional;
import org.jrunc.report.RuntimeFailure;

/**
 * Where a container's cgroup lies in a hierarchy (config-linux.md, Cgroups Path). As for runc: an absolute
 * {@code cgroupsPath} is below the mount point; a relative one, and by default the container's id, is below the cgroup
 * of this process, on a host with nothing but v2 below its parent, for a cgroup with processes of its own can not
 * hand controllers down. {@code ..} is taken lexically and ends at the root.
 */
final class CgroupPaths {

    private CgroupPaths() {
    }

    /** The directory in one hierarchy. */
    static String directory(Hierarchy hierarchy, boolean onlyV2, Optional<String> cgroupsPath, String id) {
        String asked = cgroupsPath.isPresent() && !cgroupsPath.get().isEmpty() ? cgroupsPath.get() : id;
        String inner = clean(asked);
        if (inner.isEmpty()) {
            throw new RuntimeFailure("linux.cgroupsPath \"" + asked + "\" names no cgroup of the container's own");
        }
        String base = "";
        if (asked.charAt(0) != '/') {
            base = clean(hierarchy.own());
            if (onlyV2) {
                base = base.substring(0, Math.max(0, base.lastIndexOf('/')));
            }
            base = below(base, clean(hierarchy.root()));
        }
        String mountPoint = hierarchy.mountPoint().equals("/") ? "" : hierarchy.mountPoint();
        return mountPoint + base + inner;
    }

    /**
     * Takes the part of a hierarchy's path that a mount of it does not show off. This process may be in a cgroup that
     * the mount does not show at all; then it counts as in the mount's root.
     */
    static String below(String path, String root) {
        if (root.isEmpty()) {
            return path;
        }
        return path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/')
                ? path.substring(root.length()) : "";
    }

    /** Resolves {@code .}, {@code ..} and repeated slashes; the result is empty, or starts with a slash. */
    static String clean(String path) {
        StringBuilder clean = new StringBuilder();
        for (int start = 0; start < path.length();) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String name = path.substring(start, end);
            if (name.equals("..")) {
                clean.setLength(Math.max(0, clean.lastIndexOf("/")));
            } else if (!name.isEmpty() && !name.equals(".")) {
                clean.append('/').append(name);
            }
            start = end + 1;
        }
        return clean.toString();
    }
}
