package org.jrunc.process;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Mempolicy;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.CpuList;
import org.jrunc.spec.MemoryPolicy;

/** {@code linux.memoryPolicy}: set_mempolicy(2), made by the process itself. */
public final class NumaPolicy {

    /** {@code CONFIG_NODES_SHIFT} is at most 10. */
    private static final int MAX_NODE = 1023;

    private final Optional<MemoryPolicy> policy;
    private final int mode;
    private final byte[] nodes;

    /** Checks the policy of a configuration. */
    public NumaPolicy(Optional<MemoryPolicy> policy) {
        this.policy = policy;
        if (policy.isEmpty()) {
            mode = 0;
            nodes = new byte[0];
            return;
        }
        MemoryPolicy wanted = policy.get();
        int plain = mode(wanted.mode());
        nodes = nodes(wanted.nodes().orElse(""));
        int flags = 0;
        for (String flag : wanted.flags()) {
            flags |= flag(flag);
        }
        mode = plain | flags;
        boolean none = plain == Mempolicy.MPOL_DEFAULT || plain == Mempolicy.MPOL_LOCAL;
        if (none && nodes.length > 0) {
            throw new RuntimeFailure("invalid memory policy: mode requires 0 nodes: /linux/memoryPolicy/nodes is "
                    + GoText.quote(wanted.nodes().orElse("")) + " with " + wanted.mode());
        }
        if (!none && plain != Mempolicy.MPOL_PREFERRED && nodes.length == 0) {
            throw new RuntimeFailure("invalid memory policy: mode requires at least one node: /linux/memoryPolicy/nodes"
                    + " is empty with " + wanted.mode());
        }
    }

    private static int mode(String name) {
        switch (name) {
            case "MPOL_DEFAULT":
                return Mempolicy.MPOL_DEFAULT;
            case "MPOL_PREFERRED":
                return Mempolicy.MPOL_PREFERRED;
            case "MPOL_BIND":
                return Mempolicy.MPOL_BIND;
            case "MPOL_INTERLEAVE":
                return Mempolicy.MPOL_INTERLEAVE;
            case "MPOL_LOCAL":
                return Mempolicy.MPOL_LOCAL;
            case "MPOL_PREFERRED_MANY":
                return Mempolicy.MPOL_PREFERRED_MANY;
            case "MPOL_WEIGHTED_INTERLEAVE":
                return Mempolicy.MPOL_WEIGHTED_INTERLEAVE;
            default:
                throw new RuntimeFailure("invalid memory policy mode " + GoText.quote(name)
                        + ": /linux/memoryPolicy/mode");
        }
    }

    private static int flag(String name) {
        switch (name) {
            case "MPOL_F_STATIC_NODES":
                return Mempolicy.MPOL_F_STATIC_NODES;
            case "MPOL_F_RELATIVE_NODES":
                return Mempolicy.MPOL_F_RELATIVE_NODES;
            case "MPOL_F_NUMA_BALANCING":
                return Mempolicy.MPOL_F_NUMA_BALANCING;
            default:
                throw new RuntimeFailure("invalid memory policy flag " + GoText.quote(name)
                        + ": /linux/memoryPolicy/flags");
        }
    }

    /** A list like {@code 0-1,3} as bits, in whole 64-bit words as the kernel reads them. */
    static byte[] nodes(String list) {
        if (list.isEmpty()) {
            return new byte[0];
        }
        BitSet nodes;
        try {
            nodes = CpuList.parse(list);
        } catch (IllegalArgumentException e) {
            throw invalid(list, e.getMessage());
        }
        if (nodes.length() > MAX_NODE + 1) {
            throw invalid(list, "the highest node Linux can have is " + MAX_NODE);
        }
        return Arrays.copyOf(nodes.toByteArray(), (nodes.length() + 63) / 64 * 8);
    }

    private static RuntimeFailure invalid(String list, String why) {
        return new RuntimeFailure("invalid memory policy nodes " + GoText.quote(list) + ": " + why
                + " (/linux/memoryPolicy/nodes)");
    }

    /** Sets it for the process. */
    public void apply(Kernel kernel) {
        if (policy.isEmpty()) {
            return;
        }
        try {
            kernel.setMempolicy(mode, nodes);
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to set memory policy: invalid memory policy: /linux/memoryPolicy: "
                    + e.getMessage() + " (is there such a node, and is it in the cpuset?)", e);
        }
    }
}
