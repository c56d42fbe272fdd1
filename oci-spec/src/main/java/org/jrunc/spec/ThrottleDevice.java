package org.jrunc.spec;

/**
 * I/O rate of a device (config-linux.md, Block IO, throttle…Device).
 *
 * @param major major number
 * @param minor minor number
 * @param rate  bytes or operations per second, unsigned
 */
public record ThrottleDevice(long major, long minor, long rate) {
}
