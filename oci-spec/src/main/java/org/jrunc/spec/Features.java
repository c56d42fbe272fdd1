package org.jrunc.spec;

import java.util.List;
import java.util.Map;

/**
 * What a runtime can do, as its command {@code features} prints it (features.md, features-linux.md).
 *
 * @param ociVersionMin                      oldest specification understood
 * @param ociVersionMax                      newest specification understood
 * @param hooks                              kinds of hooks
 * @param mountOptions                       words understood in mount options
 * @param linux                              the Linux part
 * @param annotations                        facts about the runtime
 * @param potentiallyUnsafeConfigAnnotations annotations that change the runtime's behaviour; a trailing dot is a prefix
 */
public record Features(String ociVersionMin, String ociVersionMax, List<String> hooks, List<String> mountOptions,
        Linux linux, Map<String, String> annotations, List<String> potentiallyUnsafeConfigAnnotations) {

    public Features {
        hooks = List.copyOf(hooks);
        mountOptions = List.copyOf(mountOptions);
        annotations = Immutable.copyOf(annotations);
        potentiallyUnsafeConfigAnnotations = List.copyOf(potentiallyUnsafeConfigAnnotations);
    }

    /**
     * The property {@code linux}. The properties {@code apparmor}, {@code selinux}, {@code mountExtensions.idmap} and
     * {@code netDevices} hold nothing but {@code enabled} and are flattened to it.
     *
     * @param namespaces   types understood
     * @param capabilities names understood
     * @param cgroup       cgroup versions and drivers
     * @param seccomp      system call filters
     * @param apparmor     whether AppArmor profiles are applied
     * @param selinux      whether SELinux labels are applied
     * @param intelRdt     Intel Resource Director Technology
     * @param memoryPolicy NUMA memory policies
     * @param idmap        whether idmapped mounts are made
     * @param netDevices   whether network devices are moved
     */
    public record Linux(List<String> namespaces, List<String> capabilities, Cgroup cgroup, Seccomp seccomp,
            boolean apparmor, boolean selinux, IntelRdt intelRdt, MemoryPolicy memoryPolicy, boolean idmap,
            boolean netDevices) {

        public Linux {
            namespaces = List.copyOf(namespaces);
            capabilities = List.copyOf(capabilities);
        }
    }

    /**
     * The property {@code linux.cgroup}.
     *
     * @param v1          cgroup v1
     * @param v2          cgroup v2
     * @param systemd     by systemd
     * @param systemdUser by a user's systemd
     * @param rdma        the rdma controller
     */
    public record Cgroup(boolean v1, boolean v2, boolean systemd, boolean systemdUser, boolean rdma) {
    }

    /**
     * The property {@code linux.seccomp}.
     *
     * @param enabled        whether filters are applied
     * @param actions        actions understood
     * @param operators      operators understood
     * @param archs          architectures understood
     * @param knownFlags     flags understood
     * @param supportedFlags flags that this kernel has
     */
    public record Seccomp(boolean enabled, List<String> actions, List<String> operators, List<String> archs,
            List<String> knownFlags, List<String> supportedFlags) {

        public Seccomp {
            actions = List.copyOf(actions);
            operators = List.copyOf(operators);
            archs = List.copyOf(archs);
            knownFlags = List.copyOf(knownFlags);
            supportedFlags = List.copyOf(supportedFlags);
        }
    }

    /**
     * The property {@code linux.intelRdt}.
     *
     * @param enabled    whether it is applied
     * @param schemata   the property {@code schemata} of the configuration
     * @param monitoring the property {@code enableMonitoring} of the configuration
     */
    public record IntelRdt(boolean enabled, boolean schemata, boolean monitoring) {
    }

    /**
     * The property {@code linux.memoryPolicy}.
     *
     * @param modes modes understood
     * @param flags flags understood
     */
    public record MemoryPolicy(List<String> modes, List<String> flags) {

        public MemoryPolicy {
            modes = List.copyOf(modes);
            flags = List.copyOf(flags);
        }
    }
}
