package org.jrunc.container;

import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MountFlags;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.namespace.UserNamespaces;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.rootfs.MountSources;
import org.jrunc.spec.IdMapping;

/** Mounts that the runtime clones with its own privileges and hands to init. */
final class HostMounts implements MountSources {

    private final LibcKernel libc;
    private final Agent init;
    private final Optional<String> memoryCgroup;

    HostMounts(LibcKernel libc, Agent init, Optional<String> memoryCgroup) {
        this.libc = libc;
        this.init = init;
        this.memoryCgroup = memoryCgroup;
    }

    @Override
    public Optional<String> memoryCgroup() {
        return memoryCgroup;
    }

    @Override
    public int cloneTree(String source, boolean recursive) {
        int tree = open(source, recursive);
        try {
            return init.kernel().send(tree);
        } finally {
            libc.close(tree);
        }
    }

    @Override
    public int idMapped(String source, boolean recursive, boolean mapRecursive, List<IdMapping> uids,
            List<IdMapping> gids) {
        int tree = open(source, recursive);
        int userNs = -1;
        try {
            userNs = uids.isEmpty() ? containerUserNamespace() : new UserNamespaces(libc).userNamespaceFd(uids, gids);
            libc.mountSetattr(tree, "", OpenFlags.AT_EMPTY_PATH | (mapRecursive ? OpenFlags.AT_RECURSIVE : 0),
                    MountFlags.MOUNT_ATTR_IDMAP, 0, 0, userNs);
            return init.kernel().send(tree);
        } finally {
            libc.close(tree);
            if (userNs >= 0) {
                libc.close(userNs);
            }
        }
    }

    private int containerUserNamespace() {
        try {
            return libc.openat(Kernel.AT_FDCWD, "/proc/" + init.pid() + "/ns/user", OpenFlags.O_CLOEXEC, 0);
        } catch (KernelException e) {
            throw new RuntimeFailure("id-mapped mounts need a runtime with root's privileges on the"
                    + " host: " + e.getMessage(), e);
        }
    }

    private int open(String source, boolean recursive) {
        return libc.openTree(Kernel.AT_FDCWD, source, MountFlags.OPEN_TREE_CLONE | MountFlags.OPEN_TREE_CLOEXEC
                | (recursive ? OpenFlags.AT_RECURSIVE : 0));
    }
}
