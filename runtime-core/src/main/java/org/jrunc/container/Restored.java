package org.jrunc.container;

import org.jrunc.cgroup.CgroupManager;
import org.jrunc.kernel.LibcKernel;

/**
 * A container that was restored and runs.
 *
 * @param container the container
 * @param journal   its journal, locked
 * @param libc      this process's system calls
 * @param master    descriptor of the terminal's master in the foreground, -1 otherwise
 * @param cgroup    its cgroup
 */
record Restored(Container container, Journal journal, LibcKernel libc, int master, CgroupManager cgroup) {
}
