package org.jrunc.spec;

import java.util.List;
import java.util.OptionalLong;

/**
 * Who the process runs as (config.md, POSIX-platform User).
 *
 * @param uid            user id inside the container
 * @param gid            group id inside the container
 * @param umask          file mode creation mask
 * @param additionalGids supplementary group ids
 */
public record User(long uid, long gid, OptionalLong umask, List<Long> additionalGids) {

    public User {
        additionalGids = List.copyOf(additionalGids);
    }
}
