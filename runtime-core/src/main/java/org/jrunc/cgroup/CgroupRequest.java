package org.jrunc.cgroup;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jrunc.spec.Resources;

/**
 * What decides where a container's cgroup is, and whether it may be missing.
 *
 * @param id          the container's id, the cgroup's name by default
 * @param cgroupsPath {@code linux.cgroupsPath}
 * @param resources   {@code linux.resources}
 * @param systemd     {@code --systemd-cgroup}
 * @param rootless    whether the caller may lack the permission to make cgroups, and a container that asks for none
 *                    goes without
 * @param annotations those of the bundle, some of which are for systemd
 * @param environment of the caller: says where the bus is
 * @param owner       the host's uid that is to own the cgroup, if the container may make cgroups below
 */
public record CgroupRequest(String id, Optional<String> cgroupsPath, Optional<Resources> resources, boolean systemd,
        boolean rootless, Map<String, String> annotations, Map<String, String> environment, OptionalInt owner) {

    /** For a cgroup that is made without systemd. */
    public CgroupRequest(String id, Optional<String> cgroupsPath, Optional<Resources> resources, boolean systemd,
            boolean rootless) {
        this(id, cgroupsPath, resources, systemd, rootless, Map.of(), Map.of(), OptionalInt.empty());
    }

    /** The same at a certain place. */
    CgroupRequest at(String path) {
        return new CgroupRequest(id, Optional.of(path), resources, systemd, rootless, annotations, environment, owner);
    }

    /** Whether any limit is asked for. Device rules alone are none: a rootless user can not have them anyway. */
    boolean limits() {
        if (resources.isEmpty()) {
            return false;
        }
        Resources asked = resources.get();
        return asked.memory().isPresent() || asked.cpu().isPresent() || asked.pids().isPresent()
                || asked.blockIO().isPresent() || !asked.hugepageLimits().isEmpty() || asked.network().isPresent()
                || !asked.rdma().isEmpty() || !asked.unified().isEmpty();
    }
}
