package org.jrunc.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The arguments of {@code exec}. Paths are absolute.
 *
 * @param id            the container's id
 * @param process       file with the whole process as JSON; then {@code flags} count for nothing
 * @param flags         what differs from the process of the container's configuration
 * @param detach        return once the program runs, instead of waiting for it
 * @param consoleSocket unix socket that gets the terminal's master descriptor
 * @param pidfdSocket   unix socket that gets a pidfd of the process
 * @param pidFile       file to write the host pid of the process to
 * @param preserveFds   how many descriptors from 3 on the process inherits
 * @param cgroups       {@code --cgroup}
 * @param ignorePaused  wait for a paused container instead of refusing
 */
public record ExecRequest(String id, Optional<Path> process, ProcessFlags flags, boolean detach,
        Optional<Path> consoleSocket, Optional<Path> pidfdSocket, Optional<Path> pidFile, int preserveFds,
        List<String> cgroups, boolean ignorePaused) {

    public ExecRequest {
        cgroups = List.copyOf(cgroups);
    }
}
