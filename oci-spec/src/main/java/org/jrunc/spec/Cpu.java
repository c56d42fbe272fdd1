package org.jrunc.spec;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * CPU limits (config-linux.md, CPU). Times are microseconds.
 *
 * @param shares          relative weight, unsigned
 * @param quota           time per period, -1 for no limit
 * @param burst           time that may be saved up, unsigned
 * @param period          length of a period, unsigned
 * @param realtimeRuntime realtime tasks' time per period
 * @param realtimePeriod  length of the realtime period, unsigned
 * @param cpus            CPUs like {@code 0-3,7}
 * @param mems            memory nodes
 * @param idle            1 for SCHED_IDLE
 */
public record Cpu(OptionalLong shares, OptionalLong quota, OptionalLong burst, OptionalLong period,
        OptionalLong realtimeRuntime, OptionalLong realtimePeriod, Optional<String> cpus, Optional<String> mems,
        OptionalLong idle) {
}
