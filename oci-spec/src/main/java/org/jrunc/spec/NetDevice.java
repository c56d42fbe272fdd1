package org.jrunc.spec;

import java.util.Optional;

/**
 * A network device moved into the container (config-linux.md, Network Devices).
 *
 * @param name its name inside; absent: as outside
 */
public record NetDevice(Optional<String> name) {
}
