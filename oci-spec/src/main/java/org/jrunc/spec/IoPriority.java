package org.jrunc.spec;

/**
 * I/O priority of the process (config.md, Linux Process, ioPriority; ioprio_set(2)).
 *
 * @param ioClass  the property {@code class}: IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE
 * @param priority 0 (highest) to 7
 */
public record IoPriority(String ioClass, int priority) {
}
