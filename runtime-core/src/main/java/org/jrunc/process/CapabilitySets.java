package org.jrunc.process;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Capability;
import org.jrunc.kernel.CapabilityMasks;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Capabilities;

/**
 * The five capability sets of the container's process (capabilities(7), config.md {@code process.capabilities}), as bit
 * masks. Names that this kernel does not know are worth one warning; for a configuration of version 1.0, an error. A
 * configuration without the property, for which the specification says nothing, gets none at all, as with runc.
 */
public final class CapabilitySets {

    private static final long SYS_ADMIN = 1L << Capability.CAP_SYS_ADMIN;

    private final long bounding;
    private final long effective;
    private final long inheritable;
    private final long permitted;
    private final long ambient;
    private final int last;
    private final RuntimeLog log;

    /**
     * The sets of a configuration.
     *
     * @param brain   asked for the highest capability of this kernel
     * @param version of the specification that the configuration was written for
     * @throws RuntimeFailure for an unknown name in a configuration of version 1.0, where that "MUST cause an error"
     */
    public CapabilitySets(Kernel brain, Optional<Capabilities> configured, String version, RuntimeLog log) {
        this.log = log;
        this.last = lastCapability(brain);
        TreeSet<String> unknown = new TreeSet<>();
        Capabilities sets = configured.orElse(new Capabilities(List.of(), List.of(), List.of(), List.of(), List.of()));
        this.bounding = mask(sets.bounding(), unknown);
        this.effective = mask(sets.effective(), unknown);
        this.inheritable = mask(sets.inheritable(), unknown);
        this.permitted = mask(sets.permitted(), unknown);
        this.ambient = mask(sets.ambient(), unknown);
        if (!unknown.isEmpty()) {
            String names = "unknown or unavailable capabilities: [" + String.join(" ", unknown) + "]";
            // A kernel that has more than there are names for here may well know them.
            if (version.startsWith("1.0.") && last <= Capability.CAP_LAST_CAP) {
                throw new RuntimeFailure(names + ": /process/capabilities (an error for ociVersion " + version
                        + ", a warning from 1.1.0 on)");
            }
            log.warn("ignoring " + names + " (/process/capabilities)");
        }
    }

    /**
     * {@code cap_last_cap}: PR_CAPBSET_READ refuses what the kernel has not. It may have more than have names here;
     * those are dropped like any other that is not asked for.
     */
    private static int lastCapability(Kernel brain) {
        int last = Capability.CAP_LAST_CAP;
        while (last > 0 && !has(brain, last)) {
            last--;
        }
        while (last < Long.SIZE - 1 && has(brain, last + 1)) {
            last++;
        }
        return last;
    }

    private static boolean has(Kernel brain, int number) {
        return brain.invoke(Syscall.PRCTL, Arg.of(Prctl.PR_CAPBSET_READ), Arg.of(number), Arg.none(), Arg.none(),
                Arg.none()) >= 0;
    }

    private long mask(List<String> names, TreeSet<String> unknown) {
        long mask = 0;
        for (String name : names) {
            int number = Capability.number(name.toUpperCase(Locale.ROOT));
            if (number < 0 || number > last) {
                unknown.add(name);
            } else {
                mask |= 1L << number;
            }
        }
        return mask;
    }

    /** Drops from the bounding set: while the process still has CAP_SETPCAP, so before it changes its user. */
    public void dropBounding(Kernel kernel) {
        for (int number = 0; number <= last; number++) {
            if ((bounding & 1L << number) == 0) {
                kernel.prctl(Prctl.PR_CAPBSET_DROP, number, 0, 0, 0);
            }
        }
    }

    /** Sets the other four: when the process is the container's user. */
    public void apply(Kernel kernel) {
        apply(kernel, 0);
    }

    /**
     * Sets the other four, and keeps CAP_SYS_ADMIN all the same: whoever loads a system call filter without
     * no_new_privs must have it, seccomp(2), and that comes last.
     *
     * @return what capset(2) has to set as soon as the filter is loaded; empty if nothing was kept
     */
    public Optional<CapabilityMasks> applyBeforeFilter(Kernel kernel) {
        boolean extra = (effective & SYS_ADMIN) == 0;
        apply(kernel, extra ? SYS_ADMIN : 0);
        return extra ? Optional.of(new CapabilityMasks(effective, permitted, inheritable)) : Optional.empty();
    }

    private void apply(Kernel kernel, long extra) {
        try {
            CallSequence calls = kernel.sequence();
            calls.capset(effective | extra, permitted | extra, inheritable);
            calls.prctl(Prctl.PR_CAP_AMBIENT, Prctl.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
            calls.run();
        } catch (KernelException e) {
            if (!e.call().equals("capset")) {
                throw e;
            }
            throw new RuntimeFailure("unable to apply caps: /process/capabilities: " + e.getMessage() + hint(e), e);
        }
        if (ambient != 0) {
            raiseAmbient(kernel);
        }
    }

    private String hint(KernelException e) {
        if (!e.is(Errno.EPERM)) {
            return "";
        }
        if ((effective & ~permitted) != 0) {
            return " (" + Capability.name(Long.numberOfTrailingZeros(effective & ~permitted))
                    + " is effective but not permitted)";
        }
        return " (the runtime can not grant capabilities that it does not have itself)";
    }

    private void raiseAmbient(Kernel kernel) {
        CallSequence calls = kernel.independent();
        int[] raised = new int[last + 1];
        for (int number = 0; number <= last; number++) {
            if ((ambient & 1L << number) != 0) {
                raised[number] = calls.prctl(Prctl.PR_CAP_AMBIENT, Prctl.PR_CAP_AMBIENT_RAISE, number, 0, 0);
            }
        }
        calls.run();
        for (int number = 0; number <= last; number++) {
            if ((ambient & 1L << number) != 0 && calls.result(raised[number]) < 0) {
                String why = (permitted & inheritable & 1L << number) == 0
                        ? " (an ambient capability must be permitted and inheritable)" : "";
                log.warn("can't raise ambient capability " + Capability.name(number) + ": "
                        + Errno.text(-calls.result(raised[number])) + why);
            }
        }
    }
}
