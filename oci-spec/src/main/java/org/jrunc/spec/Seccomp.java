package org.jrunc.spec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * System call filter (config-linux.md, Seccomp; seccomp(2)). No {@code defaultAction} and no {@code syscalls} means no
 * filter.
 *
 * @param defaultAction    {@code SCMP_ACT_…} for calls that no rule names; {@code ""} if not given
 * @param defaultErrnoRet  errno of that action
 * @param architectures    {@code SCMP_ARCH_…}
 * @param flags            {@code SECCOMP_FILTER_FLAG_…}; absent and empty differ
 * @param listenerPath     socket that gets the notify descriptor
 * @param listenerMetadata opaque data for the listener
 * @param syscalls         the rules
 */
public record Seccomp(String defaultAction, OptionalLong defaultErrnoRet, List<String> architectures,
        Optional<List<String>> flags, Optional<String> listenerPath, Optional<String> listenerMetadata,
        List<SyscallRule> syscalls) {

    public Seccomp {
        architectures = List.copyOf(architectures);
        flags = flags.isPresent() ? Optional.of(List.copyOf(flags.get())) : flags;
        syscalls = List.copyOf(syscalls);
    }

    /** Whether there is a filter at all: not without a default action and rules, as runc has it. */
    public boolean isFilter() {
        return !defaultAction.isEmpty() || !syscalls.isEmpty();
    }

    /** Whether a rule asks a listener. */
    public boolean notifies() {
        for (SyscallRule rule : syscalls) {
            if (rule.action().equals("SCMP_ACT_NOTIFY")) {
                return true;
            }
        }
        return false;
    }
}
