package org.jrunc.spec;

/**
 * A resource limit (config.md, POSIX process; getrlimit(2)).
 *
 * @param type {@code RLIMIT_…}
 * @param hard the ceiling, unsigned; all bits set is RLIM_INFINITY
 * @param soft the limit in force, unsigned
 */
public record Rlimit(String type, long hard, long soft) {
}
