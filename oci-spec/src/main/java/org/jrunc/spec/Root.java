package org.jrunc.spec;

/**
 * The container's root file system (config.md, Root).
 *
 * @param path     absolute, or relative to the bundle; {@code ""} if not given
 * @param readonly whether it is read-only inside
 */
public record Root(String path, boolean readonly) {
}
