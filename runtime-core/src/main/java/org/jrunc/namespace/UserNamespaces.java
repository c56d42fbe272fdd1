package org.jrunc.namespace;

import java.util.List;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.IdMapping;

/** User namespaces that no process lives in: id maps for {@code MOUNT_ATTR_IDMAP}, mount_setattr(2). */
public final class UserNamespaces {

    private final LibcKernel brain;

    /** A maker of them. */
    public UserNamespaces(LibcKernel brain) {
        this.brain = brain;
    }

    /**
     * Makes a user namespace that is a child of the runtime's.
     *
     * @return a descriptor of this process, close-on-exec, which keeps it alive
     */
    public int userNamespaceFd(List<IdMapping> uidMappings, List<IdMapping> gidMappings) {
        return userNamespaceFd(uidMappings, gidMappings, "/mounts/*");
    }

    /**
     * Makes a user namespace that is a child of the runtime's.
     *
     * @param pointer what the mappings belong to, for messages, for instance {@code /mounts/3}
     * @return a descriptor of this process, close-on-exec, which keeps it alive
     */
    public int userNamespaceFd(List<IdMapping> uidMappings, List<IdMapping> gidMappings, String pointer) {
        Agent agent = Agent.spawn(brain, "jrunc:[IDMAP]");
        try {
            agent.kernel().unshare(Clone.CLONE_NEWUSER);
            new IdMaps(brain, "", pointer).write(agent.pid(), uidMappings, gidMappings);
            // A magic link by nature; /proc is the host's.
            return brain.openat(Kernel.AT_FDCWD, "/proc/" + agent.pid() + "/ns/user",
                    OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to make a user namespace for an id-mapped mount: " + e.getMessage(), e);
        } finally {
            agent.killAndReap();
            agent.closeRegion();
        }
    }
}
