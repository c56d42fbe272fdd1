package org.jrunc.container;

/** Who makes the cgroups of containers. */
public enum CgroupDriver {
    /** The runtime, by mkdir(2). */
    CGROUPFS,
    /** systemd: they are units. */
    SYSTEMD,
    /** Nobody: a container is in the cgroup of who called the runtime, and has no limits. */
    DISABLED
}
