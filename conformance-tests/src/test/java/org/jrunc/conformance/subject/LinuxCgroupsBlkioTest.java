package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Cgroups;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code linux.resources.blockIO}. */
class LinuxCgroupsBlkioTest {

    @EachRuntime
    void theRatesAreSet(Cgroups.At at, Sandbox box) {
        if (!Cgroups.areUnified()) {
            Needs.file("/sys/fs/cgroup/blkio/blkio.throttle.read_bps_device");
        }
        String disk = Cgroups.disk();
        List<Map<String, Object>> rate = List.of(Map.of("major", Long.parseLong(disk.split(":")[0]), "minor",
                Long.parseLong(disk.split(":")[1]), "rate", 102400));
        Bundle bundle = Cgroups.asking(box, "blockIO", Map.of("throttleReadBpsDevice", rate, "throttleWriteBpsDevice",
                rate, "throttleReadIOPSDevice", rate, "throttleWriteIOPSDevice", rate));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            if (Cgroups.areUnified()) {
                assertEquals(disk + " rbps=102400 wbps=102400 riops=102400 wiops=102400",
                        Cgroups.file(container, "io", "io.max"));
                return;
            }
            for (String name : List.of("read_bps", "write_bps", "read_iops", "write_iops")) {
                assertEquals(disk + " 102400", Cgroups.file(container, "blkio", "blkio.throttle." + name + "_device"));
            }
        }
    }

    @EachRuntime
    void theWeightIsSet(Cgroups.At at, Sandbox box) {
        String file = Shell.sh("find " + Cgroups.directory("blkio") + " -maxdepth 2 -name '" + Cgroups.either("blkio*",
                "io*") + ".weight' -printf '%f\\n' | sort -u | head -1");
        assumeTrue(!file.isEmpty(), "needs a weight of block devices from the kernel: CFQ or BFQ");
        Bundle bundle = Cgroups.asking(box, "blockIO", Map.of("weight", 300));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            assertEquals(!Cgroups.areUnified() ? "300" : file.contains("bfq") ? "default 300" : "default 2930",
                    Cgroups.file(container, "blkio", file));
        }
    }
}
