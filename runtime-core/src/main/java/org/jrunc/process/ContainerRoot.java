package org.jrunc.process;

import java.io.ByteArrayOutputStream;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;

/** Files of the container, opened by a process that already has the container's root as its own. */
final class ContainerRoot implements AutoCloseable {

    private static final int RESOLVE = OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS;

    private static final int PART = 16384;

    private final Kernel kernel;
    private final int root;

    ContainerRoot(Kernel kernel) {
        this.kernel = kernel;
        this.root = open(kernel);
    }

    /** Opens the root directory itself. */
    static int open(Kernel calls) {
        return calls.openat(Kernel.AT_FDCWD, "/", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
    }

    /** As {@link #open(String, int)}, by way of any calls, below a descriptor of {@link #open(Kernel)}. */
    static int open(Kernel calls, int root, String path, int flags) {
        return calls.openat2(root, path, flags | OpenFlags.O_CLOEXEC, 0, RESOLVE);
    }

    /** Opens a path; magic links such as those of {@code /proc/self/fd} lead nowhere. */
    int open(String path, int flags) {
        return open(kernel, root, path, flags);
    }

    /** The content of a regular file, at most so many bytes; nothing if it is of another type, or can not be opened. */
    static byte[] read(Kernel kernel, String path, int limit) {
        CallSequence calls = kernel.independent();
        int root = open(calls);
        int opened = open(calls, root, path, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY);
        Block stat = Block.out(Stat.SIZE);
        CallSequence.statx(calls, opened, stat);
        calls.close(root);
        calls.run();
        int fd = calls.result(opened);
        if (fd < 0) {
            return new byte[0];
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            boolean more = Stat.of(stat).type() == Stat.S_IFREG;
            while (more && content.size() < limit) {
                byte[] part = kernel.read(fd, PART);
                content.writeBytes(part);
                more = part.length > 0;
            }
        } finally {
            kernel.close(fd);
        }
        return content.toByteArray();
    }

    @Override
    public void close() {
        kernel.close(root);
    }
}
