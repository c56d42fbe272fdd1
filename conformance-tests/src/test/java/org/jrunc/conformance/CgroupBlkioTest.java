package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
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
        try (Bfq bfq = Bfq.ofADisk()) {
            Bundle bundle = Cgroups.asking(box, "blockIO", Map.of("weightDevice", List.of(bfq.weight(300))));
            try (Container container = box.container(bundle).started()) {
                String weights = Cgroups.file(container, Cgroups.either("blkio", "io"),
                        Cgroups.either("blkio.bfq.weight_device", "io.bfq.weight"));
                assertTrue(weights.lines().toList().contains(bfq.disk() + " 300"), weights);
            }
        }
    }

    /** systemd writes all weights it knows when anything of the unit changes, and BFQ forgets those of disks then. */
    @Test
    void theWeightsOfTheCgroupAndOfADiskAreSetOnV2(Sandbox box) {
        Needs.cgroupV2();
        try (Bfq bfq = Bfq.ofADisk()) {
            Bundle bundle = Cgroups.asking(box, "blockIO", Map.of("weight", 300, "weightDevice",
                    List.of(bfq.weight(200))));
            try (Container container = box.container(bundle).started()) {
                String weights = "default 300\n" + bfq.disk() + " 200";
                assertEquals(weights, Cgroups.file(container, "io", "io.bfq.weight"));
                container.runtime().command("update", "--pids-limit", "77", container.id()).run().ok();
                assertEquals("77", Cgroups.file(container, "pids", "pids.max"));
                assertEquals(weights, Cgroups.file(container, "io", "io.bfq.weight"));
                container.runtime().command("update", "--blkio-weight", "50", container.id()).run().ok();
                assertTrue(Cgroups.file(container, "io", "io.bfq.weight").startsWith("default 50"));
            }
        }
    }

    @Test
    void theWeightOfUnifiedIsSet(Sandbox box) {
        Needs.cgroupV2();
        try (Bfq bfq = Bfq.ofADisk(); Container container = box.container(Cgroups.asking(box, "unified",
                Map.of("io.bfq.weight", "default 300\n" + bfq.disk() + " 200"))).started()) {
            assertEquals("default 300\n" + bfq.disk() + " 200", Cgroups.file(container, "io", "io.bfq.weight"));
        }
    }

    /** A disk whose scheduler is BFQ until it is closed. */
    private record Bfq(String disk, String scheduler, String usual) implements AutoCloseable {

        static Bfq ofADisk() {
            String disk = Cgroups.disk();
            String scheduler = "/sys/dev/block/" + disk + "/queue/scheduler";
            String usual = Shell.attempt("sed 's/.*\\[\\(.*\\)\\].*/\\1/' " + scheduler).output();
            boolean bfq = Shell.attempt("modprobe -q bfq; echo bfq > " + scheduler).exit() == 0;
            assumeTrue(bfq, "needs BFQ in the kernel, for the disk");
            return new Bfq(disk, scheduler, usual);
        }

        Map<String, Object> weight(int weight) {
            String[] numbers = disk.split(":");
            return Cgroups.device(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), "weight", weight);
        }

        @Override
        public void close() {
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
