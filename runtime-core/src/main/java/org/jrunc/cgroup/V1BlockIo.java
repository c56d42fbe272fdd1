package org.jrunc.cgroup;

import java.util.List;
import org.jrunc.spec.BlockIo;
import org.jrunc.spec.ThrottleDevice;
import org.jrunc.spec.WeightDevice;

/**
 * The blkio controller of cgroup v1 (cgroup-v1/blkio-controller.rst). Weights belong to the disk scheduler: to CFQ up
 * to Linux 4.20, to BFQ since then, whose files have another name.
 */
final class V1BlockIo {

    private final LimitWriter files;

    V1BlockIo(LimitWriter files) {
        this.files = files;
    }

    static boolean isAsked(BlockIo asked) {
        return asked.weight().orElse(0) != 0 || asked.leafWeight().orElse(0) != 0 || !asked.weightDevice().isEmpty()
                || !asked.throttleReadBpsDevice().isEmpty() || !asked.throttleWriteBpsDevice().isEmpty()
                || !asked.throttleReadIOPSDevice().isEmpty() || !asked.throttleWriteIOPSDevice().isEmpty();
    }

    void apply(BlockIo asked) {
        String weight = files.has("blkio.weight") ? "blkio.weight" : "blkio.bfq.weight";
        if (asked.weight().orElse(0) != 0) {
            files.exact("blockIO/weight", weight, Integer.toString(asked.weight().getAsInt()));
        }
        if (asked.leafWeight().orElse(0) != 0) {
            files.exact("blockIO/leafWeight", "blkio.leaf_weight", Integer.toString(asked.leafWeight().getAsInt()));
        }
        for (int i = 0; i < asked.weightDevice().size(); i++) {
            WeightDevice device = asked.weightDevice().get(i);
            String field = "blockIO/weightDevice/" + i;
            if (device.weight().orElse(0) != 0) {
                files.write(field + "/weight", weight + "_device",
                        device.major() + ":" + device.minor() + " " + device.weight().getAsInt());
            }
            if (device.leafWeight().orElse(0) != 0) {
                files.write(field + "/leafWeight", "blkio.leaf_weight_device",
                        device.major() + ":" + device.minor() + " " + device.leafWeight().getAsInt());
            }
        }
        throttle("throttleReadBpsDevice", "blkio.throttle.read_bps_device", asked.throttleReadBpsDevice());
        throttle("throttleWriteBpsDevice", "blkio.throttle.write_bps_device", asked.throttleWriteBpsDevice());
        throttle("throttleReadIOPSDevice", "blkio.throttle.read_iops_device", asked.throttleReadIOPSDevice());
        throttle("throttleWriteIOPSDevice", "blkio.throttle.write_iops_device", asked.throttleWriteIOPSDevice());
    }

    private void throttle(String property, String file, List<ThrottleDevice> devices) {
        for (int i = 0; i < devices.size(); i++) {
            ThrottleDevice device = devices.get(i);
            files.write("blockIO/" + property + "/" + i, file,
                    device.major() + ":" + device.minor() + " " + Long.toUnsignedString(device.rate()));
        }
    }
}
