package org.jrunc.spec;

import java.util.List;
import java.util.Optional;

/**
 * NUMA memory policy (config-linux.md, Memory policy; set_mempolicy(2)).
 *
 * @param mode  {@code MPOL_…}
 * @param nodes list of nodes like {@code 0-1,3}
 * @param flags {@code MPOL_F_…}
 */
public record MemoryPolicy(String mode, Optional<String> nodes, List<String> flags) {

    public MemoryPolicy {
        flags = List.copyOf(flags);
    }
}
