package org.jrunc.spec;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Memory limits in bytes, -1 for none (config-linux.md, Memory).
 *
 * @param limit             hard limit
 * @param reservation       soft limit
 * @param swap              memory and swap together
 * @param kernel            kernel memory, not recommended
 * @param kernelTCP         TCP buffers, not recommended
 * @param swappiness        how much the kernel likes to swap, unsigned
 * @param disableOOMKiller  whether the OOM killer is off
 * @param useHierarchy      whether children are accounted here
 * @param checkBeforeUpdate whether an update below the usage is refused
 */
public record Memory(OptionalLong limit, OptionalLong reservation, OptionalLong swap, OptionalLong kernel,
        OptionalLong kernelTCP, OptionalLong swappiness, Optional<Boolean> disableOOMKiller,
        Optional<Boolean> useHierarchy, Optional<Boolean> checkBeforeUpdate) {
}
