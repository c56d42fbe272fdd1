package org.jrunc.container;

import java.util.Optional;
import java.util.OptionalInt;
import org.jrunc.spec.IdMapping;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Mount;
import org.jrunc.spec.Namespace;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;

/** Who is to own the container's cgroup (config-linux.md, Cgroup ownership). */
final class CgroupOwner {

    private CgroupOwner() {
    }

    /**
     * The host's uid of the container's user, if the container has a cgroup namespace of its own and its cgroup file
     * system is mounted for writing; then it may make cgroups below its own.
     */
    static OptionalInt of(Spec spec) {
        Linux linux = spec.linux().orElse(null);
        if (linux == null) {
            return OptionalInt.empty();
        }
        Optional<Namespace> namespace = linux.namespace(NamespaceType.CGROUP);
        if (namespace.isEmpty() || namespace.get().path().isPresent() || !mayWrite(spec)) {
            return OptionalInt.empty();
        }
        long uid = spec.process().isPresent() ? spec.process().get().user().uid() : 0;
        if (linux.namespace(NamespaceType.USER).isEmpty()) {
            return OptionalInt.of((int) uid);
        }
        for (IdMapping mapping : linux.uidMappings()) {
            if (uid >= mapping.containerID() && uid - mapping.containerID() < mapping.size()) {
                return OptionalInt.of((int) (uid - mapping.containerID() + mapping.hostID()));
            }
        }
        return OptionalInt.empty();
    }

    private static boolean mayWrite(Spec spec) {
        for (Mount mount : spec.mounts()) {
            String type = mount.type().orElse("");
            if (mount.destination().equals("/sys/fs/cgroup") && (type.equals("cgroup") || type.equals("cgroup2"))) {
                return !mount.options().contains("ro");
            }
        }
        return false;
    }
}
