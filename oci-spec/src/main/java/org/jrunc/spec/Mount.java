package org.jrunc.spec;

import java.util.List;
import java.util.Optional;

/**
 * A mount (config.md, Mounts).
 *
 * @param destination path inside the container, normally absolute
 * @param type        file system type
 * @param source      device, or for a bind mount a path that is absolute or relative to the bundle
 * @param options     fstab style options, in order
 * @param uidMappings user ids of an idmapped mount
 * @param gidMappings group ids of an idmapped mount
 */
public record Mount(String destination, Optional<String> type, Optional<String> source, List<String> options,
        List<IdMapping> uidMappings, List<IdMapping> gidMappings) {

    public Mount {
        options = List.copyOf(options);
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
    }
}
