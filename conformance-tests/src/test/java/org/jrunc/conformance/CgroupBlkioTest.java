package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
    void theWeightOfADiskIsSet(Sandbox box) {
        assumeFalse(Boolean.getBoolean(OciRuntime.SYSTEMD),
                "systemd writes the cgroup's weight anew, and BFQ forgets those of the disks with it");
        String disk = Cgroups.disk();
        long major = Long.parseLong(disk.split(":")[0]);
        long minor = Long.parseLong(disk.split(":")[1]);
        String scheduler = "/sys/dev/block/" + disk + "/queue/scheduler";
        String usual = Shell.attempt("sed 's/.*\\[\\(.*\\)\\].*/\\1/' " + scheduler).output();
        boolean bfq = Shell.attempt("modprobe -q bfq; echo bfq > " + scheduler).exit() == 0;
        assumeTrue(bfq, "needs BFQ in the kernel, for the disk");
        Bundle bundle = Cgroups.asking(box, "blockIO", Map.of("weightDevice",
                List.of(Cgroups.device(major, minor, "weight", 300))));
        try (Container container = box.container(bundle).started()) {
            String weights = Cgroups.file(container, Cgroups.either("blkio", "io"),
                    Cgroups.either("blkio.bfq.weight_device", "io.bfq.weight"));
            assertTrue(weights.lines().toList().contains(disk + " 300"), weights);
        } finally {
            Shell.sh("echo " + usual + " > " + scheduler);
        }
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
