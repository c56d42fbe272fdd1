package org.jrunc.spec;

import java.util.OptionalLong;

/**
 * Limits of an RDMA device (config-linux.md, RDMA).
 *
 * @param hcaHandles how many handles
 * @param hcaObjects how many objects
 */
public record Rdma(OptionalLong hcaHandles, OptionalLong hcaObjects) {
}
