package org.jrunc.container;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The arguments of {@code create}, and the first half of those of {@code run}. Paths are absolute.
 *
 * @param id            the container's id
 * @param bundle        the bundle's directory
 * @param config        another file than {@code config.json} in the bundle (crun's {@code --config})
 * @param consoleSocket unix socket that gets the terminal's master descriptor
 * @param pidfdSocket   unix socket that gets a pidfd of the container's init
 * @param pidFile       file to write the host pid of the container's init to
 * @param noPivot       use {@code MS_MOVE} and {@code chroot} instead of {@code pivot_root}
 * @param noNewKeyring  keep the caller's session keyring
 * @param preserveFds   how many descriptors from 3 + {@code LISTEN_FDS} on the container inherits
 */
public record CreateRequest(String id, Path bundle, Optional<Path> config, Optional<Path> consoleSocket,
        Optional<Path> pidfdSocket, Optional<Path> pidFile, boolean noPivot, boolean noNewKeyring, int preserveFds) {
}
