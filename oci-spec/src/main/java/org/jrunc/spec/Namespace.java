package org.jrunc.spec;

import java.util.Optional;

/**
 * A namespace of the container (config-linux.md, Namespaces).
 *
 * @param type which one
 * @param path file of an existing namespace to join; absent: create a new one
 */
public record Namespace(NamespaceType type, Optional<String> path) {
}
