package org.jrunc.spec;

import java.util.OptionalLong;

/**
 * A device node (config-linux.md, Devices; mknod(1)).
 *
 * @param type     {@code c}, {@code u}, {@code b} or {@code p}
 * @param path     path inside the container
 * @param major    major number, 0 if not given
 * @param minor    minor number, 0 if not given
 * @param fileMode permission bits
 * @param uid      owner inside the container
 * @param gid      group inside the container
 */
public record Device(String type, String path, long major, long minor, OptionalLong fileMode, OptionalLong uid,
        OptionalLong gid) {
}
