package org.jrunc.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Linux part of the configuration (config-linux.md).
 *
 * @param uidMappings       user ids of a new user namespace
 * @param gidMappings       group ids of a new user namespace
 * @param sysctl            kernel parameters to set inside, {@code a.b} or {@code a/b} to value
 * @param resources         cgroup limits
 * @param cgroupsPath       where the cgroup is to be
 * @param namespaces        namespaces to create or join; a type not listed is inherited
 * @param devices           device nodes to make available
 * @param netDevices        network devices to move in, by their name on the host
 * @param seccomp           system call filter, to be read
 * @param rootfsPropagation mount propagation of the root file system
 * @param maskedPaths       paths made inaccessible inside
 * @param readonlyPaths     paths made read-only inside
 * @param mountLabel        SELinux label of the mounts
 * @param intelRdt          Intel Resource Director Technology
 * @param memoryPolicy      NUMA memory policy
 * @param personality       execution domain
 * @param timeOffsets       clock offsets of a new time namespace, by clock name
 */
public record Linux(List<IdMapping> uidMappings, List<IdMapping> gidMappings, Map<String, String> sysctl,
        Optional<Resources> resources, Optional<String> cgroupsPath, List<Namespace> namespaces, List<Device> devices,
        Map<String, NetDevice> netDevices, Optional<SeccompSource> seccomp, Optional<String> rootfsPropagation,
        List<String> maskedPaths, List<String> readonlyPaths, Optional<String> mountLabel,
        Optional<IntelRdt> intelRdt, Optional<MemoryPolicy> memoryPolicy, Optional<Personality> personality,
        Map<String, TimeOffset> timeOffsets) {

    public Linux {
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
        sysctl = Immutable.copyOf(sysctl);
        namespaces = List.copyOf(namespaces);
        devices = List.copyOf(devices);
        netDevices = Immutable.copyOf(netDevices);
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
        timeOffsets = Immutable.copyOf(timeOffsets);
    }

    /** The namespace of one type, if it is to be created or joined. */
    public Optional<Namespace> namespace(NamespaceType type) {
        for (Namespace namespace : namespaces) {
            if (namespace.type() == type) {
                return Optional.of(namespace);
            }
        }
        return Optional.empty();
    }
}
