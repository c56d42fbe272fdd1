package org.jrunc.spec;

/**
 * A condition on an argument of a system call (config-linux.md, Seccomp, args).
 *
 * @param index    which argument, 0 to 5
 * @param value    what to compare with, or for SCMP_CMP_MASKED_EQ the mask, unsigned
 * @param valueTwo for SCMP_CMP_MASKED_EQ what to compare with, unsigned; 0 if not given
 * @param op       {@code SCMP_CMP_…}
 */
public record SeccompArg(int index, long value, long valueTwo, String op) {
}
