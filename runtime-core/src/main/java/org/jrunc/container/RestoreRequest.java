package org.jrunc.container;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The arguments of {@code restore}. Paths are absolute.
 *
 * @param id              the container's id
 * @param bundle          the bundle's directory
 * @param flags           what it shares with {@code checkpoint}
 * @param consoleSocket   unix socket that gets the terminal's master descriptor
 * @param pidFile         file to write the host pid of the container's init to
 * @param detach          return once the container runs, instead of waiting for its end
 * @param noSubreaper     do not become a child subreaper while waiting
 * @param lsmProfile      {@code TYPE:NAME} of another profile than the saved one
 * @param lsmMountContext SELinux context of the mounts instead of the saved one
 */
public record RestoreRequest(String id, Path bundle, CriuFlags flags, Optional<Path> consoleSocket,
        Optional<Path> pidFile, boolean detach, boolean noSubreaper, Optional<String> lsmProfile,
        Optional<String> lsmMountContext) {
}
