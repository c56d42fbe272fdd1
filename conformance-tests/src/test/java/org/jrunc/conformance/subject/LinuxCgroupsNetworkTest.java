package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Cgroups;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.Sandbox;

/** {@code linux.resources.network}. */
class LinuxCgroupsNetworkTest {

    @EachRuntime
    void theClassAndThePrioritiesAreSet(Cgroups.At at, Sandbox box) {
        Needs.cgroupV1();
        Bundle bundle = Cgroups.asking(box, "network", Map.of("classID", 1048577, "priorities",
                List.of(Map.of("name", "lo", "priority", 10))));
        try (var _ = Cgroups.Mounted.of("net_cls,net_prio");
                Container container = Cgroups.container(box, bundle, at).started()) {
            assertEquals("1048577", Cgroups.file(container, "net_cls", "net_cls.classid"));
            assertTrue(Cgroups.file(container, "net_prio", "net_prio.ifpriomap").lines().toList().contains("lo 10"));
        }
    }
}
