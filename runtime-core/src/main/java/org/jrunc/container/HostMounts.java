package org.jrunc.container;

import java.util.List;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.namespace.UserNamespaces;
import org.jrunc.rootfs.MountSources;
import org.jrunc.spec.IdMapping;

/** Mounts that the runtime clones with its own privileges and hands to init. */
final class HostMounts implements MountSources {

    private static final int OPEN_TREE_CLONE = 1;
    private static final int O_CLOEXEC = 0x80000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final long MOUNT_ATTR_IDMAP = 0x100000;

    private final LibcKernel libc;
    private final Agent init;

    HostMounts(LibcKernel libc, Agent init) {
        this.libc = libc;
        this.init = init;
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
            libc.mountSetattr(tree, "", AT_EMPTY_PATH | (mapRecursive ? AT_RECURSIVE : 0), MOUNT_ATTR_IDMAP, 0, 0,
                    userNs);
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
            return libc.openat(Kernel.AT_FDCWD, "/proc/" + init.pid() + "/ns/user", O_CLOEXEC, 0);
        } catch (KernelException e) {
            throw new org.jrunc.report.RuntimeFailure("id-mapped mounts need a runtime with root's privileges on the"
                    + " host: " + e.getMessage(), e);
        }
    }

    private int open(String source, boolean recursive) {
        return libc.openTree(Kernel.AT_FDCWD, source, OPEN_TREE_CLONE | O_CLOEXEC | (recursive ? AT_RECURSIVE : 0));
    }
}
