package org.jrunc.namespace;

import java.util.List;
import org.jrunc.spec.IdMapping;

/**
 * What is known of the container's user namespace once it is entered.
 *
 * @param uidMappings      its user ids as the runtime sees them, also those of a joined one; empty if the container
 *                         is in the runtime's own user namespace
 * @param gidMappings      its group ids
 * @param setgroupsAllowed whether setgroups(2) may be called in it, {@code /proc/PID/setgroups}
 */
public record Entered(List<IdMapping> uidMappings, List<IdMapping> gidMappings, boolean setgroupsAllowed) {

    public Entered {
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
    }

    /** Whether the container has a user namespace of its own. */
    public boolean hasUserNamespace() {
        return !uidMappings.isEmpty();
    }

    /** The runtime's id for a user id of the container, or -1 if it has none. */
    public long hostUid(long containerUid) {
        return hasUserNamespace() ? IdMaps.toHost(uidMappings, containerUid) : containerUid;
    }

    /** The runtime's id for a group id of the container, or -1 if it has none. */
    public long hostGid(long containerGid) {
        return hasUserNamespace() ? IdMaps.toHost(gidMappings, containerGid) : containerGid;
    }
}
