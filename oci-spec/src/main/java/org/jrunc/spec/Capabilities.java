package org.jrunc.spec;

import java.util.List;

/**
 * The five capability sets of a process as {@code CAP_…} names (config.md, Linux Process; capabilities(7)). Names
 * that nobody knows are kept: they are worth a warning and no more.
 *
 * @param bounding    what the process and its children can ever have
 * @param effective   what the kernel checks
 * @param inheritable what survives an execve
 * @param permitted   what the process may make effective
 * @param ambient     what survives an execve of an unprivileged program
 */
public record Capabilities(List<String> bounding, List<String> effective, List<String> inheritable,
        List<String> permitted, List<String> ambient) {

    public Capabilities {
        bounding = List.copyOf(bounding);
        effective = List.copyOf(effective);
        inheritable = List.copyOf(inheritable);
        permitted = List.copyOf(permitted);
        ambient = List.copyOf(ambient);
    }
}
