package org.jrunc.process;

import java.io.ByteArrayOutputStream;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;

/** Files of the container, opened by a process that already has the container's root as its own. */
final class ContainerRoot implements AutoCloseable {

    private static final int RESOLVE = OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS;

    private final Kernel kernel;
    private final int root;

    ContainerRoot(Kernel kernel) {
        this.kernel = kernel;
        this.root = kernel.openat(Kernel.AT_FDCWD, "/",
                OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
    }

    /** Opens a path; magic links such as those of {@code /proc/self/fd} lead nowhere. */
    int open(String path, int flags) {
        return kernel.openat2(root, path, flags | OpenFlags.O_CLOEXEC, 0, RESOLVE);
    }

    /** The content of a regular file, at most so many bytes; nothing if it is of another type. */
    byte[] read(String path, int limit) {
        int fd = open(path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY);
        try {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            if (kernel.statx(fd, "", OpenFlags.AT_EMPTY_PATH).type() == Stat.S_IFREG) {
                byte[] part = kernel.read(fd, 16384);
                while (part.length > 0 && content.size() < limit) {
                    content.writeBytes(part);
                    part = kernel.read(fd, 16384);
                }
            }
            return content.toByteArray();
        } finally {
            kernel.close(fd);
        }
    }

    @Override
    public void close() {
        kernel.close(root);
    }
}
