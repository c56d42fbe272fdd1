package org.jrunc.namespace;

import java.util.EnumMap;
import java.util.Map;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.NsFs;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.NamespaceType;

/** The namespaces to join, all open in the process that will do so, and none joined yet. */
final class NamespaceFiles implements AutoCloseable {

    private final Kernel hands;
    private final NamespacePlan plan;
    private final Map<NamespaceType, Integer> files = new EnumMap<>(NamespaceType.class);

    /** Opens them: afterwards joining one can not change what the path of the next one means. */
    NamespaceFiles(Kernel hands, NamespacePlan plan) {
        this.hands = hands;
        this.plan = plan;
        try {
            for (NamespaceType type : Kinds.ORDER) {
                if (plan.isJoined(type)) {
                    files.put(type, open(type, plan.path(type).get()));
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private int open(NamespaceType type, String path) {
        int fd;
        try {
            // Not to be held up by a FIFO.
            fd = hands.openat(Kernel.AT_FDCWD, path,
                    OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC | OpenFlags.O_NOCTTY, 0);
        } catch (KernelException e) {
            throw new RuntimeFailure(failure(type) + e.getMessage() + (e.is(Errno.ENOENT)
                    ? " (no such namespace file; has its process ended?)" : ""), e);
        }
        try {
            check(type, fd);
            return fd;
        } catch (RuntimeException e) {
            hands.close(fd);
            throw e;
        }
    }

    private void check(NamespaceType type, int fd) {
        long flag = hands.invoke(Syscall.IOCTL, Arg.of(fd), Arg.of(NsFs.NS_GET_NSTYPE), Arg.none());
        if (flag < 0) {
            throw new RuntimeFailure(failure(type) + "this is "
                    + hands.statx(fd, "", OpenFlags.AT_EMPTY_PATH).kind()
                    + " and not a namespace file (ioctl NS_GET_NSTYPE: " + Errno.name((int) -flag) + ")");
        }
        if (flag != Kinds.flag(type)) {
            throw new RuntimeFailure(failure(type) + "this is a namespace of type " + Kinds.name((int) flag)
                    + ", the configuration says " + type.value());
        }
    }

    /** What every message about a namespace to join begins with. */
    String failure(NamespaceType type) {
        return "unable to join the " + type.value() + " namespace: " + plan.pointer(type) + "/path \""
                + plan.path(type).orElse("") + "\": ";
    }

    /** Whether it is still to be joined. */
    boolean contains(NamespaceType type) {
        return files.containsKey(type);
    }

    /**
     * Joins one of them, setns(2), and closes its file.
     *
     * @return false when the process lacks the privilege
     */
    boolean join(NamespaceType type) {
        int fd = files.get(type);
        long result = hands.invoke(Syscall.SETNS, Arg.of(fd), Arg.of(Kinds.flag(type)));
        if (result == -Errno.EPERM) {
            return false;
        }
        if (result < 0) {
            throw new RuntimeFailure(failure(type) + "setns: " + Errno.name((int) -result));
        }
        hands.close(fd);
        files.remove(type);
        return true;
    }

    /** Whether the file is the user namespace that the process is in: Linux refuses to enter it once more. */
    boolean isOwnUserNamespace() {
        Stat target = hands.statx(files.get(NamespaceType.USER), "", OpenFlags.AT_EMPTY_PATH);
        Stat own = hands.statx(Kernel.AT_FDCWD, "/proc/self/ns/user", 0);
        return target.inode() == own.inode() && target.dev() == own.dev();
    }

    /** Does without one of them. */
    void drop(NamespaceType type) {
        hands.close(files.remove(type));
    }

    @Override
    public void close() {
        for (int fd : files.values()) {
            hands.close(fd);
        }
        files.clear();
    }
}
