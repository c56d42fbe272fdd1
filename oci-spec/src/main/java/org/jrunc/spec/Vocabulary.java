package org.jrunc.spec;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The words that the validator takes in {@code config.json}, sorted: for {@code features}. */
public final class Vocabulary {

    private Vocabulary() {
    }

    /** {@code SCMP_ACT_…}. */
    public static List<String> seccompActions() {
        return sorted(SeccompChecks.ACTIONS);
    }

    /** {@code SCMP_CMP_…}. */
    public static List<String> seccompOperators() {
        return sorted(SeccompChecks.OPERATORS);
    }

    /** {@code SCMP_ARCH_…}. */
    public static List<String> seccompArchitectures() {
        return sorted(SeccompChecks.ARCHITECTURES);
    }

    /** {@code SECCOMP_FILTER_FLAG_…}. */
    public static List<String> seccompFlags() {
        return sorted(SeccompChecks.FLAGS);
    }

    /** {@code MPOL_…}. */
    public static List<String> memoryPolicyModes() {
        Set<String> words = new HashSet<>(MemoryPolicyChecks.WITHOUT_NODES);
        words.addAll(MemoryPolicyChecks.WITH_NODES);
        words.add(MemoryPolicyChecks.PREFERRED);
        return sorted(words);
    }

    /** {@code MPOL_F_…}. */
    public static List<String> memoryPolicyFlags() {
        return sorted(MemoryPolicyChecks.FLAGS);
    }

    /** The types of namespaces. */
    public static List<String> namespaces() {
        NamespaceType[] types = NamespaceType.values();
        String[] words = new String[types.length];
        for (int i = 0; i < types.length; i++) {
            words[i] = types[i].value();
        }
        return sorted(words);
    }

    /** The kinds of hooks, in the order of the life cycle. */
    public static List<String> hooks() {
        HookKind[] kinds = HookKind.values();
        String[] words = new String[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            words[i] = kinds[i].property();
        }
        return List.of(words);
    }

    private static List<String> sorted(Set<String> words) {
        return sorted(words.toArray(new String[0]));
    }

    private static List<String> sorted(String... words) {
        Arrays.sort(words);
        return List.of(words);
    }
}
