package org.jrunc.seccomp;

import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.SeccompCall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Seccomp;
import org.jrunc.spec.Spec;

/**
 * A system call filter ready to be loaded, seccomp(2).
 *
 * @param program  {@code struct sock_filter[]}
 * @param flags    {@code SECCOMP_FILTER_FLAG_*}
 * @param notifies whether its listener's descriptor has to be fetched when it is loaded
 */
public record SeccompFilter(byte[] program, int flags, boolean notifies) {

    /** crun's annotation: a system call that libseccomp does not know is an error, and not left out. */
    private static final String FAIL_UNKNOWN = "run.oci.seccomp_fail_unknown_syscall";

    /**
     * The filter of a configuration.
     *
     * @param brain this process
     * @param cache directory in which compiled filters are kept
     * @return empty if there is to be none
     */
    public static Optional<SeccompFilter> of(Kernel brain, Spec spec, String cache, RuntimeLog log) {
        if (spec.linux().isEmpty() || spec.linux().get().seccomp().isEmpty()
                || !spec.linux().get().seccomp().get().isFilter()) {
            return Optional.empty();
        }
        Seccomp profile = spec.linux().get().seccomp().get();
        int flags = flags(brain, profile);
        log.debug("seccomp filter flags: " + flags);
        boolean failUnknown = !spec.annotations().getOrDefault(FAIL_UNKNOWN, "0").equals("0");
        byte[] program = failUnknown ? new FilterCompiler(brain, LibSeccomp.load(), log, profile, true).compile()
                : program(brain, profile, cache, log);
        return Optional.of(new SeccompFilter(program, flags, profile.notifies()));
    }

    private static byte[] program(Kernel brain, Seccomp profile, String directory, RuntimeLog log) {
        FilterCache cache = new FilterCache(brain, directory, log);
        byte[] text = FilterText.of(brain, profile);
        Optional<byte[]> kept = cache.find(text);
        if (kept.isPresent()) {
            return kept.get();
        }
        byte[] program = new FilterCompiler(brain, LibSeccomp.load(), log, profile, false).compile();
        cache.keep(text, program);
        return program;
    }

    /** What the profile asks for; without the property, speculation is left alone where the kernel can do that. */
    private static int flags(Kernel brain, Seccomp profile) {
        try {
            int flags = profile.notifies() ? SeccompCall.SECCOMP_FILTER_FLAG_NEW_LISTENER : 0;
            if (flags != 0 && !SeccompCall.knows(brain, flags)) {
                throw new RuntimeFailure("seccomp notify unsupported: /linux/seccomp/syscalls: this kernel has no"
                        + " SCMP_ACT_NOTIFY");
            }
            if (profile.flags().isEmpty()) {
                boolean known = SeccompCall.knows(brain, SeccompCall.SECCOMP_FILTER_FLAG_SPEC_ALLOW);
                return known ? flags | SeccompCall.SECCOMP_FILTER_FLAG_SPEC_ALLOW : flags;
            }
            SeccompCall.knows(brain, 0);
            return flags | configured(brain, profile.flags().get(), flags);
        } catch (KernelException e) {
            throw new RuntimeFailure("/linux/seccomp: this kernel has no system call filters (CONFIG_SECCOMP_FILTER): "
                    + e.getMessage(), e);
        }
    }

    private static int configured(Kernel brain, List<String> names, int listener) {
        int flags = 0;
        for (int i = 0; i < names.size(); i++) {
            int flag = flag(names.get(i));
            if (flag == SeccompCall.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV && listener == 0) {
                // The kernel takes it only together with a listener.
                continue;
            }
            if (flag != 0 && !SeccompCall.knows(brain, flag | listener)) {
                throw new RuntimeFailure("seccomp flag " + names.get(i) + " is not supported by this kernel:"
                        + " /linux/seccomp/flags/" + i);
            }
            flags |= flag;
        }
        return flags;
    }

    /** The kernel's number of a flag, 0 for one that has no effect here. */
    static int flag(String name) {
        switch (name) {
            case "SECCOMP_FILTER_FLAG_LOG":
                return SeccompCall.SECCOMP_FILTER_FLAG_LOG;
            case "SECCOMP_FILTER_FLAG_SPEC_ALLOW":
                return SeccompCall.SECCOMP_FILTER_FLAG_SPEC_ALLOW;
            case "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV":
                return SeccompCall.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
            default:
                // TSYNC is for processes with threads, which the container's first one is not.
                return 0;
        }
    }
}
