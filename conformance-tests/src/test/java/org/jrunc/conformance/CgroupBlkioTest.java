package org.jrunc.conformance;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code linux.resources.blockIO}, beside what {@code subject.LinuxCgroupsBlkioTest} has. */
@ExtendWith(NothingLeftExtension.class)
class CgroupBlkioTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.controller(Cgroups.areUnified() ? "io" : "blkio");
    }

    @Test
    void refusesADiskThatIsNotThere(Sandbox box) {
        Needs.jrunc(box, "the peers name no field");
        Cgroups.refused(box, "blockIO", Map.of("throttleReadBpsDevice", List.of(Cgroups.device(8, 999, "rate", 1024))))
                .failsWith("/linux/resources/blockIO/throttleReadBpsDevice/0: write 8:999 "
                        + (Cgroups.areUnified() ? "rbps=" : "") + "1024 to ", "ENODEV");
    }

    @Test
    void saysWhichFileTheKernelLacks(Sandbox box) {
        Needs.cgroupV1();
        Needs.jrunc(box, "the peers name no field");
        Cgroups.refused(box, "blockIO", Map.of("leafWeight", 300)).failsWith("/linux/resources/blockIO/leafWeight: ",
                "blkio.leaf_weight: ENOENT", "this kernel does not have it");
    }
}
