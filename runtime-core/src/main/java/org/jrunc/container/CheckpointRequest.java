package org.jrunc.container;

import java.util.Optional;

/**
 * The arguments of {@code checkpoint}.
 *
 * @param id              the container's id
 * @param flags           what it shares with {@code restore}
 * @param parentPath      directory of an earlier pre-dump, relative to that of the images
 * @param leaveRunning    do not end the container
 * @param preDump         save memory only, and do not end the container
 * @param tcpSkipInFlight leave out TCP connections that are being made
 * @param linkRemap       link files that are open and have no name
 * @param statusFd        descriptor to write a zero byte to when lazy pages can be fetched; -1 for none
 * @param pageServer      where memory goes, if not into the images
 */
public record CheckpointRequest(String id, CriuFlags flags, Optional<String> parentPath, boolean leaveRunning,
        boolean preDump, boolean tcpSkipInFlight, boolean linkRemap, int statusFd, Optional<PageServer> pageServer) {

    /**
     * {@code --page-server}.
     *
     * @param address host
     * @param port    TCP port
     */
    public record PageServer(String address, int port) {
    }
}
