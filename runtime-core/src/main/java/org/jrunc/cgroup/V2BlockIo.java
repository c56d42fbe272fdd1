package org.jrunc.cgroup;

import java.util.List;
import org.jrunc.spec.BlockIo;
import org.jrunc.spec.ThrottleDevice;
import org.jrunc.spec.WeightDevice;

/** The io controller of cgroup v2 (cgroup-v2.rst, IO): weights by BFQ where its file is, else by io.cost. */
final class V2BlockIo {

    /** There where the kernel has BFQ, but not in the root. */
    static final String BFQ = "io.bfq.weight";
    /** There where the kernel has io.cost, but not in the root. */
    static final String IO = "io.weight";

    private final LimitWriter files;

    V2BlockIo(LimitWriter files) {
        this.files = files;
    }

    void apply(BlockIo asked) {
        boolean bfq = files.has(BFQ);
        if (asked.weight().orElse(0) != 0) {
            // Not compared: both files show "default 100".
            files.write("blockIO/weight", bfq ? BFQ : IO, weight(bfq, asked.weight().getAsInt()));
        }
        if (asked.leafWeight().orElse(0) != 0) {
            files.ignored("blockIO/leafWeight", "cgroup v2 has nothing like it");
        }
        for (int i = 0; i < asked.weightDevice().size(); i++) {
            WeightDevice device = asked.weightDevice().get(i);
            String field = "blockIO/weightDevice/" + i;
            if (device.weight().orElse(0) != 0) {
                files.write(field + "/weight", bfq ? BFQ : IO,
                        device.major() + ":" + device.minor() + " " + weight(bfq, device.weight().getAsInt()));
            }
            if (device.leafWeight().orElse(0) != 0) {
                files.ignored(field + "/leafWeight", "cgroup v2 has nothing like it");
            }
        }
        throttle("throttleReadBpsDevice", "rbps", asked.throttleReadBpsDevice());
        throttle("throttleWriteBpsDevice", "wbps", asked.throttleWriteBpsDevice());
        throttle("throttleReadIOPSDevice", "riops", asked.throttleReadIOPSDevice());
        throttle("throttleWriteIOPSDevice", "wiops", asked.throttleWriteIOPSDevice());
    }

    private static String weight(boolean bfq, int weight) {
        return Long.toString(bfq ? weight : Conversion.ioWeight(weight));
    }

    private void throttle(String property, String key, List<ThrottleDevice> devices) {
        for (int i = 0; i < devices.size(); i++) {
            ThrottleDevice device = devices.get(i);
            files.write("blockIO/" + property + "/" + i, "io.max",
                    device.major() + ":" + device.minor() + " " + key + "=" + Conversion.rate(device.rate()));
        }
    }
}
