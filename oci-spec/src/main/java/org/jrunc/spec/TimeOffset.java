package org.jrunc.spec;

/**
 * Offset of a clock in a time namespace (config-linux.md, Offset for Time Namespace; time_namespaces(7)).
 *
 * @param secs     seconds
 * @param nanosecs nanoseconds
 */
public record TimeOffset(long secs, long nanosecs) {
}
