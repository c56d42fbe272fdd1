package org.jrunc.spec;

import java.util.List;
import java.util.Set;

/** What {@code linux.memoryPolicy} may not say (config-linux.md, Memory policy; set_mempolicy(2)). */
final class MemoryPolicyChecks {
    static final Set<String> WITHOUT_NODES = Set.of("MPOL_DEFAULT", "MPOL_LOCAL");
    static final Set<String> WITH_NODES = Set.of("MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_PREFERRED_MANY",
            "MPOL_WEIGHTED_INTERLEAVE");
    static final Set<String> FLAGS = Set.of("MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES",
            "MPOL_F_STATIC_NODES");
    /** With or without nodes. */
    static final String PREFERRED = "MPOL_PREFERRED";

    private MemoryPolicyChecks() {
    }

    static void check(Findings findings, MemoryPolicy policy) {
        String mode = policy.mode();
        boolean without = WITHOUT_NODES.contains(mode);
        boolean with = WITH_NODES.contains(mode);
        if (!without && !with && !mode.equals(PREFERRED)) {
            findings.addPhrase("/linux/memoryPolicy/mode", "invalid memory policy mode " + Text.quote(mode));
        }
        checkNodes(findings, policy, without, with);
        List<String> flags = policy.flags();
        for (int i = 0; i < flags.size(); i++) {
            if (!FLAGS.contains(flags.get(i))) {
                findings.addPhrase("/linux/memoryPolicy/flags/" + i,
                        "invalid memory policy flag " + Text.quote(flags.get(i)));
            }
        }
        if (flags.contains("MPOL_F_RELATIVE_NODES") && flags.contains("MPOL_F_STATIC_NODES")) {
            findings.addPhrase("/linux/memoryPolicy/flags",
                    "invalid memory policy: MPOL_F_RELATIVE_NODES and MPOL_F_STATIC_NODES exclude each other");
        }
    }

    private static void checkNodes(Findings findings, MemoryPolicy policy, boolean without, boolean with) {
        String pointer = "/linux/memoryPolicy/nodes";
        if (policy.nodes().isEmpty()) {
            if (with) {
                findings.addPhrase(pointer,
                        "invalid memory policy: mode " + policy.mode() + " needs at least one node");
            }
            return;
        }
        try {
            int count = CpuList.parse(policy.nodes().get()).cardinality();
            if (without) {
                findings.addPhrase(pointer,
                        "invalid memory policy: mode " + policy.mode() + " requires 0 nodes but got " + count);
            }
        } catch (IllegalArgumentException e) {
            findings.addPhrase(pointer, "invalid memory policy node: " + e.getMessage());
        }
    }
}
