package org.jrunc.spec;

import java.util.OptionalInt;

/**
 * I/O weight of a device (config-linux.md, Block IO, weightDevice).
 *
 * @param major      major number
 * @param minor      minor number
 * @param weight     relative weight
 * @param leafWeight weight beside the cgroup's children
 */
public record WeightDevice(long major, long minor, OptionalInt weight, OptionalInt leafWeight) {
}
