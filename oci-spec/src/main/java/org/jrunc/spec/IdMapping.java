package org.jrunc.spec;

/**
 * A range of user or group ids (config-linux.md, User namespace mappings; user_namespaces(7)).
 *
 * @param containerID first id inside
 * @param hostID      first id outside
 * @param size        how many
 */
public record IdMapping(long containerID, long hostID, long size) {
}
