package org.jrunc.rootfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.MountFlags;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.spec.IdMapping;

/** What the runtime does for a test's init: as simple as can be. */
class HostSources implements MountSources {

    private final TestContainer container;

    HostSources(TestContainer container) {
        this.container = container;
    }

    @Override
    public int cloneTree(String source, boolean recursive) {
        int fd = clone(source, recursive);
        try {
            return container.init().kernel().send(fd);
        } finally {
            container.libc.close(fd);
        }
    }

    private int clone(String source, boolean recursive) {
        return container.libc.openTree(Kernel.AT_FDCWD, source, MountFlags.OPEN_TREE_CLONE
                | MountFlags.OPEN_TREE_CLOEXEC | (recursive ? OpenFlags.AT_RECURSIVE : 0));
    }

    @Override
    public int idMapped(String source, boolean recursive, boolean mapRecursive, List<IdMapping> uids,
            List<IdMapping> gids) {
        int fd = clone(source, recursive);
        int user = userNamespace(uids, gids);
        try {
            container.libc.mountSetattr(fd, "", OpenFlags.AT_EMPTY_PATH | (mapRecursive ? OpenFlags.AT_RECURSIVE : 0),
                    MountFlags.MOUNT_ATTR_IDMAP, 0, 0, user);
            return container.init().kernel().send(fd);
        } finally {
            container.libc.close(fd);
            container.libc.close(user);
        }
    }

    private int userNamespace(List<IdMapping> uids, List<IdMapping> gids) {
        Agent agent = Agent.spawn(container.libc, "jrunc-test-map");
        try {
            agent.kernel().unshare(TestContainer.CLONE_NEWUSER);
            Files.writeString(Path.of("/proc/" + agent.pid() + "/uid_map"), text(uids));
            Files.writeString(Path.of("/proc/" + agent.pid() + "/gid_map"), text(gids));
            return container.libc.openat(Kernel.AT_FDCWD, "/proc/" + agent.pid() + "/ns/user",
                    OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            agent.killAndReap();
            agent.closeRegion();
        }
    }

    private static String text(List<IdMapping> ids) {
        StringBuilder text = new StringBuilder();
        for (IdMapping id : ids) {
            text.append(id.containerID()).append(' ').append(id.hostID()).append(' ').append(id.size()).append('\n');
        }
        return text.toString();
    }
}
