package org.jrunc.spec;

import java.util.List;

/**
 * Execution domain (config-linux.md, Personality; personality(2)).
 *
 * @param domain LINUX or LINUX32
 * @param flags  none are defined yet
 */
public record Personality(String domain, List<String> flags) {

    public Personality {
        flags = List.copyOf(flags);
    }
}
