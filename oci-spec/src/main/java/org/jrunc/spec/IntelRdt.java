package org.jrunc.spec;

import java.util.List;
import java.util.Optional;

/**
 * Intel Resource Director Technology (config-linux.md, IntelRdt).
 *
 * @param closID           class of service
 * @param schemata         lines for the schemata file, written after the two below
 * @param l3CacheSchema    L3 cache schema
 * @param memBwSchema      memory bandwidth schema
 * @param enableMonitoring whether to make a monitoring group
 */
public record IntelRdt(Optional<String> closID, List<String> schemata, Optional<String> l3CacheSchema,
        Optional<String> memBwSchema, boolean enableMonitoring) {

    public IntelRdt {
        schemata = List.copyOf(schemata);
    }
}
