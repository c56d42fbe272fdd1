package org.jrunc.container;

import org.jrunc.cgroup.CgroupManager;

/**
 * A container that was restored and runs.
 *
 * @param container the container
 * @param journal   its journal, locked
 * @param master    descriptor of the terminal's master in the foreground, -1 otherwise
 * @param cgroup    its cgroup
 */
record Restored(Container container, Journal journal, int master, CgroupManager cgroup) {
}
