package org.jrunc.spec;

import java.util.Optional;

/**
 * CPUs of processes added by exec, as lists like {@code 0-3,7} (config.md, Linux Process, execCPUAffinity).
 *
 * @param initial   before the process is moved to the container's cgroup
 * @param finalCpus  the property {@code final}: after it
 */
public record CpuAffinity(Optional<String> initial, Optional<String> finalCpus) {
}
