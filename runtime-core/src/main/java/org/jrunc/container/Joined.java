package org.jrunc.container;

import java.nio.file.Path;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.Launch;
import org.jrunc.kernel.LibcKernel;

/**
 * A further process of a container that is complete, but still depends on this process.
 *
 * @param container the container
 * @param libc      this process's system calls
 * @param process   the process
 * @param launch    what it is going to do
 * @param told      descriptor, in this process, through which it tells of its execve
 * @param master    descriptor of the terminal's master in the foreground, -1 otherwise
 * @param pidFile   the file with its pid, if there is to be one
 */
record Joined(Container container, LibcKernel libc, Agent process, Launch.Plan launch, int told, int master,
        Optional<Path> pidFile) {

    /** Ends the process, whose parent this process still is, and removes its pid file. */
    void undo() {
        process.killAndReap();
        if (pidFile.isPresent()) {
            pidFile.get().toFile().delete();
        }
    }
}
