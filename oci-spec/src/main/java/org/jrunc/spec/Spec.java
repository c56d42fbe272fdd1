package org.jrunc.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A {@code config.json} (config.md). The sections {@code vm}, {@code windows}, {@code solaris}, {@code zos} and
 * {@code freebsd} are for other platforms and are not kept.
 *
 * @param ociVersion  version of the specification that the bundle follows, SemVer; {@code ""} if it does not say
 * @param root        the root file system
 * @param hostname    host name inside
 * @param domainname  NIS domain name inside
 * @param process     what to run
 * @param mounts      additional mounts, in the order in which they are to be made
 * @param hooks       commands run at points of the life cycle
 * @param annotations arbitrary metadata
 * @param linux       the Linux part
 */
public record Spec(String ociVersion, Optional<Root> root, Optional<String> hostname, Optional<String> domainname,
        Optional<Process> process, List<Mount> mounts, Optional<Hooks> hooks, Map<String, String> annotations,
        Optional<Linux> linux) {

    public Spec {
        mounts = List.copyOf(mounts);
        annotations = Immutable.copyOf(annotations);
    }

    /** Whether the bundle follows a version before 1.3, which changed what some properties mean. */
    public boolean isBefore13() {
        return ociVersion.startsWith("1.0.") || ociVersion.startsWith("1.1.") || ociVersion.startsWith("1.2.");
    }

    /** The hooks of one kind, empty if there are none. */
    public List<Hook> hooks(HookKind kind) {
        return hooks.isPresent() ? hooks.get().of(kind) : List.of();
    }
}
