package org.jrunc.spec;

/**
 * Size of a terminal in characters (config.md, Process, consoleSize).
 *
 * @param height rows, unsigned
 * @param width  columns, unsigned
 */
public record Box(long height, long width) {
}
