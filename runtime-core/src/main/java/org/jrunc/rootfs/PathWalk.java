package org.jrunc.rootfs;

import static org.jrunc.kernel.OpenFlags.*;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Stat;

/**
 * Walks a path inside a root directory and makes what is missing. Symbolic links are read and their text takes their
 * place in the path, as the kernel would do after chroot(2); also links to something that does not exist yet, which
 * images have and which runc follows, too. The kernel itself is never let to follow a link: every step is one name,
 * opened with {@code O_NOFOLLOW} from the directory before it, and directories are made there by mkdirat(2)
 * (CVE-2024-45310).
 */
final class PathWalk {

    /** As the kernel's MAXSYMLINKS. */
    private static final int MAX_LINKS = 40;
    private static final int STEP = O_PATH | O_NOFOLLOW | O_CLOEXEC;

    private final Kernel kernel;
    private final int root;
    private final Deque<String> todo = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private int current;
    private int links;

    PathWalk(Kernel kernel, int root) {
        this.kernel = kernel;
        this.root = root;
        this.current = root;
    }

    /** Goes to the path, and makes its last component a directory or else an empty file if it is missing. */
    SafePath.Place walk(String path, boolean directory) {
        boolean finished = false;
        try {
            todo.addAll(SafePath.split(path));
            while (!todo.isEmpty()) {
                step(todo.removeFirst());
            }
            boolean created = !missing.isEmpty();
            for (int i = 0; i < missing.size(); i++) {
                create(missing.get(i), directory || i < missing.size() - 1);
            }
            finished = true;
            return new SafePath.Place(current == root ? reopen() : current, SafePath.join(done), created);
        } finally {
            if (!finished) {
                enter(root);
            }
        }
    }

    private void step(String name) {
        if (name.equals("..")) {
            up();
            return;
        }
        if (!missing.isEmpty()) {
            missing.add(name);
            return;
        }
        try {
            follow(name, kernel.readlinkat(current, name));
        } catch (KernelException e) {
            if (e.is(Errno.ENOENT)) {
                missing.add(name);
            } else if (e.is(Errno.EINVAL)) {
                // Not a link.
                enter(kernel.openat2(current, name, STEP, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS));
                done.add(name);
            } else {
                throw e;
            }
        }
    }

    /** The parent, by way of the root: what a directory's {@code ..} is may change any time. */
    private void up() {
        if (!missing.isEmpty()) {
            missing.removeLast();
        } else if (!done.isEmpty()) {
            done.removeLast();
            enter(reopen());
        }
    }

    private void follow(String name, String target) {
        links++;
        if (links > MAX_LINKS) {
            throw new KernelException("openat2", '"' + SafePath.join(done) + '/' + name + '"', Errno.ELOOP);
        }
        List<String> components = SafePath.split(target);
        for (int i = components.size() - 1; i >= 0; i--) {
            todo.addFirst(components.get(i));
        }
        if (target.startsWith("/")) {
            done.clear();
            enter(root);
        }
    }

    private void create(String name, boolean directory) {
        if (directory) {
            try {
                kernel.mkdirat(current, name, 0755);
            } catch (KernelException e) {
                if (!e.is(Errno.EEXIST)) {
                    throw e;
                }
            }
        } else {
            kernel.mknodat(current, name, Stat.S_IFREG | 0644, 0);
        }
        enter(kernel.openat2(current, name, directory ? STEP | O_DIRECTORY : STEP, 0,
                RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS));
        done.add(name);
    }

    private int reopen() {
        return kernel.openat2(root, done.isEmpty() ? "." : SafePath.join(done), STEP, 0,
                RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
    }

    private void enter(int next) {
        if (current != root) {
            kernel.close(current);
        }
        current = next;
    }
}
