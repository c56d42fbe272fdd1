package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code linux.resources.blockIO}. */
@ExtendWith(NothingLeftExtension.class)
class CgroupBlkioTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.controller(Cgroups.areUnified() ? "io" : "blkio");
    }

    private static long[] disk() {
        String line = Shell.sh("for d in /sys/block/*; do case $d in */loop*|*/zram*|*/ram*) ;; *) cat $d/dev; break;; "
                + "esac; done");
        org.junit.jupiter.api.Assumptions.assumeTrue(line.contains(":"), "needs a disk");
        return new long[] {Long.parseLong(line.split(":")[0]), Long.parseLong(line.split(":")[1])};
    }

    @ParameterizedTest
    @EnumSource
    void ratesAreSet(Cgroups.At at, Sandbox box) {
        long[] disk = disk();
        List<Map<String, Object>> rate = List.of(Cgroups.device(disk[0], disk[1], "rate", 102400));
        Bundle bundle = Cgroups.asking(box, "blockIO", Map.of("throttleReadBpsDevice", rate, "throttleWriteBpsDevice",
                rate, "throttleReadIOPSDevice", rate, "throttleWriteIOPSDevice", rate));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            if (Cgroups.areUnified()) {
                assertEquals(disk[0] + ":" + disk[1] + " rbps=102400 wbps=102400 riops=102400 wiops=102400",
                        Cgroups.file(container, "io", "io.max"));
                return;
            }
            for (String name : List.of("read_bps", "write_bps", "read_iops", "write_iops")) {
                assertEquals(disk[0] + ":" + disk[1] + " 102400",
                        Cgroups.file(container, "blkio", "blkio.throttle." + name + "_device"));
            }
        }
    }

    @Test
    void theWeightIsSet(Sandbox box) {
        Needs.cgroupV1();
        boolean bfq = !Shell.sh("find /sys/fs/cgroup/blkio -maxdepth 2 -name blkio.bfq.weight | head -1").isEmpty();
        org.junit.jupiter.api.Assumptions.assumeTrue(bfq, "needs BFQ in the kernel, for blkio.bfq.weight");
        if (box.runtime().kind() == OciRuntime.Kind.CRUN) {
            Needs.jrunc(box, "crun 1.8 knows blkio.weight only");
        }
        try (Container container = box.container(Cgroups.asking(box, "blockIO", Map.of("weight", 300))).started()) {
            assertEquals("300", Cgroups.file(container, "blkio", "blkio.bfq.weight"));
        }
    }

    @Test
    void theWeightIsSetOnV2(Sandbox box) {
        Needs.cgroupV2();
        boolean bfq = Shell.attempt("ls /sys/fs/cgroup/*/io.bfq.weight").exit() == 0;
        boolean cost = Shell.attempt("ls /sys/fs/cgroup/*/io.weight").exit() == 0;
        org.junit.jupiter.api.Assumptions.assumeTrue(bfq || cost, "needs BFQ or io.cost in the kernel");
        try (Container container = box.container(Cgroups.asking(box, "blockIO", Map.of("weight", 300))).started()) {
            assertEquals(bfq ? "default 300" : "default 2930",
                    Cgroups.file(container, "io", bfq ? "io.bfq.weight" : "io.weight"));
        }
    }

    @Test
    void theWeightOfADiskIsSet(Sandbox box) {
        org.junit.jupiter.api.Assumptions.assumeFalse(Boolean.getBoolean(OciRuntime.SYSTEMD),
                "systemd writes the cgroup's weight anew, and BFQ forgets those of the disks with it");
        long[] disk = disk();
        String scheduler = "/sys/dev/block/" + disk[0] + ":" + disk[1] + "/queue/scheduler";
        String usual = Shell.attempt("sed 's/.*\\[\\(.*\\)\\].*/\\1/' " + scheduler).output();
        boolean bfq = Shell.attempt("modprobe -q bfq; echo bfq > " + scheduler).exit() == 0;
        org.junit.jupiter.api.Assumptions.assumeTrue(bfq, "needs BFQ in the kernel, for the disk");
        Bundle bundle = Cgroups.asking(box, "blockIO", Map.of("weightDevice",
                List.of(Cgroups.device(disk[0], disk[1], "weight", 300))));
        try (Container container = box.container(bundle).started()) {
            String weights = Cgroups.file(container, Cgroups.either("blkio", "io"),
                    Cgroups.either("blkio.bfq.weight_device", "io.bfq.weight"));
            assertTrue(weights.lines().toList().contains(disk[0] + ":" + disk[1] + " 300"), weights);
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
