package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code linux.resources.network}. */
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

    @ParameterizedTest
    @EnumSource
    void classAndPrioritiesAreSet(Cgroups.At at, Sandbox box) {
        Bundle bundle = Cgroups.asking(box, "network", Map.of("classID", 1048577, "priorities",
                List.of(Map.of("name", "lo", "priority", 10))));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            assertEquals("1048577", Cgroups.file(container, "net_cls", "net_cls.classid"));
            assertEquals("lo 10", Cgroups.file(container, "net_prio", "net_prio.ifpriomap").lines()
                    .filter(l -> l.startsWith("lo ")).findFirst().orElse(""));
        }
    }

    @Test
    void refusesADeviceThatIsNotThere(Sandbox box) {
        Needs.jrunc(box, "the peers name no field");
        Cgroups.refused(box, "network", Map.of("priorities", List.of(Map.of("name", "no0", "priority", 10))))
                .failsWith("/linux/resources/network/priorities/0: write no0 10 to ", "ENODEV");
    }
}
