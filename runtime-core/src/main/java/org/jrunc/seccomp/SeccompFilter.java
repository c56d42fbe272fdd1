package org.jrunc.seccomp;

import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.SeccompCall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Seccomp;
import org.jrunc.spec.SeccompSource;
import org.jrunc.spec.Spec;
import org.jrunc.spec.SpecException;

/** A system call filter, seccomp(2): ready to be loaded, or about to be. */
public final class SeccompFilter {

    /** crun's annotation: a system call that libseccomp does not know is an error, and not left out. */
    private static final String FAIL_UNKNOWN = "run.oci.seccomp_fail_unknown_syscall";

    private final byte[] program;
    private final Compilation compilation;
    private final int flags;

    /** One that is ready. */
    SeccompFilter(byte[] program, int flags) {
        this.program = program;
        this.compilation = null;
        this.flags = flags;
    }

    private SeccompFilter(Compilation compilation, int flags) {
        this.program = null;
        this.compilation = compilation;
        this.flags = flags;
    }

    /**
     * The program, {@code struct sock_filter[]}. Waits until it is compiled.
     *
     * @throws RuntimeFailure if the profile can not be compiled on this host
     */
    public byte[] program() {
        return compilation == null ? program : compilation.program();
    }

    /** {@code SECCOMP_FILTER_FLAG_*}. */
    public int flags() {
        return flags;
    }

    /** Whether its listener's descriptor has to be fetched when it is loaded. */
    public boolean notifies() {
        return (flags & SeccompCall.SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0;
    }

    /**
     * The filter of a configuration. Where it is not in the cache, the profile is read and checked here, and a thread
     * goes on to compile it: to be called before this thread is held on one CPU.
     *
     * @param brain this process
     * @param cache directory in which compiled filters are kept
     * @return empty if there is to be none
     * @throws RuntimeFailure if the profile is wrong, or the host has no filters or no libseccomp
     */
    public static Optional<SeccompFilter> of(Kernel brain, Spec spec, String cache, RuntimeLog log) {
        if (spec.linux().isEmpty() || spec.linux().get().seccomp().isEmpty()) {
            return Optional.empty();
        }
        SeccompSource source = spec.linux().get().seccomp().get();
        boolean failUnknown = !spec.annotations().getOrDefault(FAIL_UNKNOWN, "0").equals("0");
        byte[] key = FilterKey.of(brain, source.text());
        Optional<SeccompFilter> filter = failUnknown ? Optional.empty() : new FilterCache(brain, cache, log).find(key);
        if (filter.isEmpty()) {
            filter = compiled(brain, source, failUnknown, cache, key, log);
        }
        if (filter.isPresent()) {
            log.debug("seccomp filter flags: " + filter.get().flags);
        }
        return filter;
    }

    private static Optional<SeccompFilter> compiled(Kernel brain, SeccompSource source, boolean failUnknown,
            String cache, byte[] key, RuntimeLog log) {
        Seccomp profile;
        try {
            profile = source.checked();
        } catch (SpecException e) {
            throw new RuntimeFailure(e.getMessage(), e);
        }
        if (!profile.isFilter()) {
            return Optional.empty();
        }
        int flags = flags(brain, profile);
        Compilation compilation = new Compilation(LibSeccomp.load(), log, profile, failUnknown, cache, key, flags);
        compilation.start();
        return Optional.of(new SeccompFilter(compilation, flags));
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
