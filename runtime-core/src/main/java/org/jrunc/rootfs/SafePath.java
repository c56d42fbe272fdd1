package org.jrunc.rootfs;

import static org.jrunc.kernel.OpenFlags.*;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;

/**
 * Paths of the container, resolved by the host before there is anything else between the two. Whoever can write to the
 * root file system (another container with the same volume, the image) may have put symbolic links anywhere and may
 * swap them at any time. So a path is resolved by the kernel with the new root as the root (openat2(2),
 * {@code RESOLVE_IN_ROOT}) or, where something has to be created, component by component and without following
 * anything; the outcome is a descriptor, and only that is acted upon (CVE-2021-30465, CVE-2024-45310).
 */
final class SafePath {

    private static final int CLOSED_PATH = O_PATH | O_CLOEXEC;

    private final Kernel kernel;
    private final int root;

    /** A place in the root file system: its descriptor, its path without links, and whether it was made just now. */
    record Place(int fd, String path, boolean created) {
    }

    SafePath(Kernel kernel, int root) {
        this.kernel = kernel;
        this.root = root;
    }

    /** The descriptor of the root directory. */
    int root() {
        return root;
    }

    /** Opens what is there, for its place only; {@code flags} may be {@code O_NOFOLLOW} and {@code O_DIRECTORY}. */
    int open(String path, int flags) {
        return open(kernel, path, flags);
    }

    /** The same by way of a {@link org.jrunc.kernel.CallSequence} of the same kernel. */
    int open(Kernel calls, String path, int flags) {
        return calls.openat2(root, relative(path), CLOSED_PATH | flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    }

    /** The directory at a path, made with its parents (mode 0755) where it is missing. */
    Place directory(String path) {
        return place(path, true);
    }

    /** The file at a path, made empty with its parents where it is missing. */
    Place file(String path) {
        return place(path, false);
    }

    private Place place(String path, boolean directory) {
        try {
            int fd = kernel.openat2(root, relative(path), CLOSED_PATH, 0,
                    RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS);
            return new Place(fd, clean(path), false);
        } catch (KernelException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ELOOP)) {
                throw e;
            }
            return new PathWalk(kernel, root).walk(path, directory);
        }
    }

    /** Lexically: absolute, without empty components, {@code .} and {@code ..}. */
    static String clean(String path) {
        List<String> components = new ArrayList<>();
        for (String component : split(path)) {
            if (!component.equals("..")) {
                components.add(component);
            } else if (!components.isEmpty()) {
                components.removeLast();
            }
        }
        return join(components);
    }

    /** Whether a clean path is another one or below it. */
    static boolean isWithin(String path, String directory) {
        return path.equals(directory)
                || path.startsWith(directory.equals("/") ? "/" : directory + "/");
    }

    /** The components, without empty ones and {@code .}. */
    static List<String> split(String path) {
        List<String> components = new ArrayList<>();
        int start = 0;
        while (start <= path.length()) {
            int end = path.indexOf('/', start);
            end = end < 0 ? path.length() : end;
            String component = path.substring(start, end);
            if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
            start = end + 1;
        }
        return components;
    }

    static String join(List<String> components) {
        if (components.isEmpty()) {
            return "/";
        }
        StringBuilder path = new StringBuilder();
        for (String component : components) {
            path.append('/').append(component);
        }
        return path.toString();
    }

    /** openat2(2) takes an absolute path as well with RESOLVE_IN_ROOT; an empty one it does not take. */
    private static String relative(String path) {
        return path.isEmpty() ? "." : path;
    }
}
