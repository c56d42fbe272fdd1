package org.jrunc.spec;

import java.util.List;
import java.util.OptionalLong;

/**
 * What to do for some system calls (config-linux.md, Seccomp, syscalls).
 *
 * @param names    names of the calls
 * @param action   {@code SCMP_ACT_…}
 * @param errnoRet errno of SCMP_ACT_ERRNO, data of SCMP_ACT_TRACE
 * @param args     conditions on the arguments
 */
public record SyscallRule(List<String> names, String action, OptionalLong errnoRet, List<SeccompArg> args) {

    public SyscallRule {
        names = List.copyOf(names);
        args = List.copyOf(args);
    }
}
