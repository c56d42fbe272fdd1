package org.jrunc.container;

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
 */
record Joined(Container container, LibcKernel libc, Agent process, Launch.Plan launch, int told, int master) {
}
