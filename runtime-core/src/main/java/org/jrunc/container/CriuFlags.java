package org.jrunc.container;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The flags that {@code checkpoint} and {@code restore} share. Paths are absolute.
 *
 * @param imagePath      directory of the images
 * @param workPath       directory of the log and the statistics; that of the images if empty
 * @param tcpEstablished also with open TCP connections
 * @param extUnixSk      also with unix sockets whose other end is outside
 * @param shellJob       also for processes of a session that began outside
 * @param fileLocks      with file locks
 * @param autoDedup      deduplicate memory images
 * @param lazyPages      leave the memory to a page server, and get it when it is used
 * @param cgroupMode     {@code --manage-cgroups-mode} as a number of criu's; its default if empty
 */
public record CriuFlags(Path imagePath, Optional<Path> workPath, boolean tcpEstablished, boolean extUnixSk,
        boolean shellJob, boolean fileLocks, boolean autoDedup, boolean lazyPages, OptionalInt cgroupMode) {

    public static final int CGROUPS_IGNORE = 0;
    public static final int CGROUPS_SOFT = 3;
    public static final int CGROUPS_FULL = 4;
    public static final int CGROUPS_STRICT = 5;
}
