package org.jrunc.spec;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A rule of the device controller (config-linux.md, Allowed Device list).
 *
 * @param allow  allow or deny
 * @param type   {@code a}, {@code c} or {@code b}; absent: all
 * @param major  major number; absent or -1: all
 * @param minor  minor number; absent or -1: all
 * @param access some of {@code r}, {@code w}, {@code m}
 */
public record DeviceCgroup(boolean allow, Optional<String> type, OptionalLong major, OptionalLong minor,
        Optional<String> access) {
}
