package org.jrunc.spec;

/**
 * Priority of the container's packets on an interface (config-linux.md, Network, priorities).
 *
 * @param name     interface
 * @param priority priority
 */
public record InterfacePriority(String name, long priority) {
}
