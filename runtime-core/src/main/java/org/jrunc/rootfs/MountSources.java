package org.jrunc.rootfs;

import java.util.List;
import java.util.Optional;
import org.jrunc.spec.IdMapping;

/**
 * What the runtime does for init with its own privileges: mounts that init, being root of a user namespace only, can
 * not clone itself. They are clones of what init's mount namespace has, and so keep the locks that root of a user
 * namespace is not to undo (mount_namespaces(7)). The descriptors are detached mounts (open_tree(2),
 * {@code OPEN_TREE_CLONE}) and are numbers <em>in init</em>, close-on-exec; init owns them.
 */
public interface MountSources extends AutoCloseable {

    /** For containers whose init needs no help; refuses to help. */
    MountSources NONE = new MountSources() {
        @Override
        public int cloneTree(String source, boolean recursive) {
            throw new org.jrunc.kernel.KernelException("open_tree", '"' + source + '"',
                    org.jrunc.kernel.Errno.EACCES);
        }

        @Override
        public int idMapped(String source, boolean recursive, boolean mapRecursive, List<IdMapping> uids,
                List<IdMapping> gids) {
            throw new org.jrunc.kernel.KernelException("mount_setattr", '"' + source + '"',
                    org.jrunc.kernel.Errno.EPERM);
        }
    };

    /**
     * Clones the mount at a path that init may not be able to reach.
     *
     * @param source    absolute path as init sees it, on the host as long as init has not changed its root
     * @param recursive with the mounts below it
     * @throws org.jrunc.kernel.KernelException when the kernel refuses
     */
    int cloneTree(String source, boolean recursive);

    /**
     * Clones the mount at a path and maps its file owners (mount_setattr(2), {@code MOUNT_ATTR_IDMAP}).
     *
     * @param source       absolute path as init sees it, on the host as long as init has not changed its root
     * @param recursive    with the mounts below it
     * @param mapRecursive whether those are mapped too
     * @param uids         user ids; empty: those of the container's user namespace
     * @param gids         group ids; empty: those of the container's user namespace
     * @throws org.jrunc.kernel.KernelException when the kernel refuses
     */
    int idMapped(String source, boolean recursive, boolean mapRecursive, List<IdMapping> uids, List<IdMapping> gids);

    /**
     * The container's directory in the v1 hierarchy of the memory controller, absolute on the host, if init has yet to
     * enter it; empty when {@code /proc/self/cgroup} of init shows it.
     */
    default Optional<String> memoryCgroup() {
        return Optional.empty();
    }

    /** Ends whatever helps: there will be no more mounts. */
    @Override
    default void close() {
    }
}
