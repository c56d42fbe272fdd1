package org.jrunc.spec;

import java.util.OptionalLong;

/**
 * Limit of tasks (config-linux.md, PIDs).
 *
 * @param limit how many; -1 for no limit, 0 is a limit since version 1.3, absent: not set
 */
public record Pids(OptionalLong limit) {
}
