package org.jrunc.spec;

/**
 * Limit of huge pages of one size (config-linux.md, Huge page limits).
 *
 * @param pageSize like {@code 2MB}
 * @param limit    bytes, unsigned
 */
public record HugepageLimit(String pageSize, long limit) {
}
