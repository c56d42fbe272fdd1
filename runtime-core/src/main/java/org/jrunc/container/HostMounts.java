package org.jrunc.container;

import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.AgentKernel;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MountFlags;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Prctl;
import org.jrunc.namespace.UserNamespaces;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.rootfs.MountSources;
import org.jrunc.spec.IdMapping;

/**
 * Mounts that are cloned with the runtime's privileges and handed to init. They are cloned in init's mount namespace,
 * by an agent that enters that one only and so stays the root of the host. What is cloned on the host would be the
 * host's own: as it has no locks (mount_namespaces(7)), root in a user namespace could make writable what is read-only
 * and uncover what is below a mount, and as it is in the peer group of a shared mount, mounts that are made or removed
 * in the container would be so on the host. The container's namespace has copies with locks that are nobody's peers.
 */
final class HostMounts implements MountSources {

    private final LibcKernel libc;
    private final Agent init;
    private final Optional<String> memoryCgroup;
    /** Is there from the first mount that needs it on. */
    private Optional<Agent> cloner = Optional.empty();

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
        AgentKernel hands = hands();
        return give(hands, open(hands, source, recursive));
    }

    @Override
    public int idMapped(String source, boolean recursive, boolean mapRecursive, List<IdMapping> uids,
            List<IdMapping> gids) {
        AgentKernel hands = hands();
        int tree = open(hands, source, recursive);
        int userNs = uids.isEmpty() ? containerUserNamespace() : new UserNamespaces(libc).userNamespaceFd(uids, gids);
        try {
            int map = hands.send(userNs);
            // The kernel maps only what has never been attached anywhere.
            hands.mountSetattr(tree, "", OpenFlags.AT_EMPTY_PATH | (mapRecursive ? OpenFlags.AT_RECURSIVE : 0),
                    MountFlags.MOUNT_ATTR_IDMAP, 0, 0, map);
            hands.close(map);
        } finally {
            libc.close(userNs);
        }
        return give(hands, tree);
    }

    private int containerUserNamespace() {
        try {
            return ofInit("ns/user", 0);
        } catch (KernelException e) {
            throw new RuntimeFailure("id-mapped mounts need a runtime with root's privileges on the"
                    + " host: " + e.getMessage(), e);
        }
    }

    private int ofInit(String name, int flags) {
        return libc.openat(Kernel.AT_FDCWD, "/proc/" + init.pid() + '/' + name, flags | OpenFlags.O_CLOEXEC, 0);
    }

    private static int open(Kernel hands, String source, boolean recursive) {
        return hands.openTree(Kernel.AT_FDCWD, source, MountFlags.OPEN_TREE_CLONE | MountFlags.OPEN_TREE_CLOEXEC
                | (recursive ? OpenFlags.AT_RECURSIVE : 0));
    }

    /** Passes a descriptor of the agent on to init. */
    private int give(AgentKernel hands, int tree) {
        int here = hands.fetch(tree);
        try {
            hands.close(tree);
            return init.kernel().send(here);
        } finally {
            libc.close(here);
        }
    }

    private AgentKernel hands() {
        if (cloner.isEmpty()) {
            cloner = Optional.of(Agent.spawn(libc, "jrunc:[MOUNTS]"));
            try {
                enter(cloner.get().kernel());
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }
        return cloner.get().kernel();
    }

    /** Enters init's mount namespace, where paths are to mean what they mean to init, also if the host's root is not /. */
    private void enter(AgentKernel hands) {
        int namespace = ofInit("ns/mnt", 0);
        int root = -1;
        try {
            root = ofInit("root", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
            int[] there = hands.send(namespace, root);
            CallSequence calls = hands.sequence();
            // The namespace may be a joined one, with processes of others in it.
            calls.prctl(Prctl.PR_SET_DUMPABLE, 0, 0, 0, 0);
            calls.setns(there[0], Clone.CLONE_NEWNS);
            calls.fchdir(there[1]);
            calls.chroot(".");
            calls.close(there[0]);
            calls.close(there[1]);
            calls.run();
        } finally {
            libc.close(namespace);
            if (root >= 0) {
                libc.close(root);
            }
        }
    }

    @Override
    public void close() {
        if (cloner.isPresent()) {
            Agent agent = cloner.get();
            cloner = Optional.empty();
            agent.killAndReap();
            agent.closeRegion();
        }
    }
}
