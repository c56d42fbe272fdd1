/**
 * systemd as seen by a client: units, their properties, and the bus, which is reached through the host's libsystemd
 * (sd-bus(3)). What a container's cgroup needs of it is in {@link org.jrunc.cgroup}.
 */
package org.jrunc.systemd;
