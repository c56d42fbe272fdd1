package org.jrunc.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A cgroup that the test run puts itself into, so that every process it starts can be told from all others.
 *
 * <p>One hierarchy is enough, and one without limits: {@code pids} on version 1, the only one on version 2.
 */
final class Home {
    private final Path mount;
    private final Path cgroup;

    private Home(Path mount, Path cgroup) {
        this.mount = mount;
        this.cgroup = cgroup;
    }

    /** Makes the cgroup and moves this process into it; without the right to do so nothing happens. */
    static Home enter() {
        for (Path mount : List.of(Path.of("/sys/fs/cgroup/pids"), Path.of("/sys/fs/cgroup/systemd"),
                Path.of("/sys/fs/cgroup"))) {
            if (!Files.exists(mount.resolve("cgroup.procs"))) {
                continue;
            }
            Path cgroup = mount.resolve(Sandbox.MARK + "tests");
            try {
                Files.createDirectory(cgroup);
                Files.writeString(cgroup.resolve("cgroup.procs"), "0");
                return new Home(mount, cgroup);
            } catch (IOException e) {
                // Not mounted, or not ours to change: try the next.
                continue;
            }
        }
        return new Home(null, null);
    }

    /** Moves this process back and removes the cgroup. */
    void leave() {
        if (cgroup == null) {
            return;
        }
        try {
            Files.writeString(mount.resolve("cgroup.procs"), "0");
            Files.delete(cgroup);
        } catch (IOException e) {
            System.err.println("could not remove " + cgroup + ": " + e);
        }
    }
}
