package org.jrunc.conformance;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code linux.resources.network}, beside what {@code subject.LinuxCgroupsNetworkTest} has. */
@ExtendWith(NothingLeftExtension.class)
class CgroupNetworkTest {

    @AutoClose
    private static Cgroups.Mounted mounted;

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.cgroupV1();
        mounted = Cgroups.Mounted.of("net_cls,net_prio");
    }

    @Test
    void refusesADeviceThatIsNotThere(Sandbox box) {
        Needs.jrunc(box, "the peers name no field");
        Cgroups.refused(box, "network", Map.of("priorities", List.of(Map.of("name", "no0", "priority", 10))))
                .failsWith("/linux/resources/network/priorities/0: write no0 10 to ", "ENODEV");
    }
}
