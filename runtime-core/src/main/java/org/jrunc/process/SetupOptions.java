package org.jrunc.process;

import java.util.List;

/**
 * What the set-up of a process depends on beside its configuration.
 *
 * @param containerId   the container's id, which names its keyring
 * @param userNamespace whether the container has a user namespace of its own
 * @param newKeyring    whether it gets a session keyring; not with {@code --no-new-keyring}
 * @param keepGroups    whether the supplementary groups of the caller stay
 * @param ownDev        whether the runtime made the container's {@code /dev}, which it does not when that is bind
 *                      mounted
 * @param filtered      whether it will load a system call filter
 * @param environment   entries that the runtime adds to the configured ones, see {@link PreservedFds#environment}
 */
public record SetupOptions(String containerId, boolean userNamespace, boolean newKeyring, boolean keepGroups,
        boolean ownDev, boolean filtered, List<String> environment) {

    public SetupOptions {
        environment = List.copyOf(environment);
    }
}
