package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jrunc.spec.BlockIo;
import org.jrunc.spec.Resources;
import org.jrunc.spec.WeightDevice;
import org.jrunc.systemd.BusValue;
import org.jrunc.systemd.Systemd;
import org.jrunc.systemd.UnitProperty;

/**
 * Weights of block devices as properties of a unit on cgroup v2: {@code IOWeight} and {@code IODeviceWeight}
 * (systemd.resource-control(5)). With each change of a unit that has IO accounting systemd writes the weights it knows,
 * or the default, and with a cgroup's weight BFQ forgets those of single devices. So it must know all of them.
 *
 * <p>The scale of the properties is that of {@code io.weight}, 1 to 10000. {@code io.bfq.weight}, 1 to 1000, systemd
 * writes as well where it is there, by a conversion of its own, which is not the one by which other runtimes make
 * {@code io.weight} of a configuration. There it is told what it makes the configured weight of.
 */
final class SystemdBlockIo {

    /** The default of both scales; below it they are the same. */
    private static final int DEFAULT = 100;
    /** Above the default BFQ has 900 steps and {@code io.weight} 9900. */
    private static final int STEPS = 9900 / 900;
    /** The version of systemd since which it converts; before, BFQ was given the number of {@code io.weight}. */
    private static final int CONVERTS_FOR_BFQ = 250;
    /** What the files call the weight for all devices that have none of their own, and a weight that is not set. */
    private static final String ALL = "default";

    private final boolean bfq;
    private final Systemd systemd;
    /** In the scale of the properties, by the device's numbers. */
    private final Map<String, Long> weights = new LinkedHashMap<>();

    private SystemdBlockIo(boolean bfq, Systemd systemd) {
        this.bfq = bfq;
        this.systemd = systemd;
    }

    /**
     * The properties for the configured weights.
     *
     * @param bfq     whether the cgroup has a file for BFQ: known only when it is there, as the root has none
     * @param systemd is asked for its version if that matters
     */
    static List<UnitProperty> of(Resources asked, boolean bfq, Systemd systemd) {
        SystemdBlockIo io = new SystemdBlockIo(bfq, systemd);
        // Later ones override earlier ones, as of the files; if there is a file for BFQ, the other one comes last.
        if (bfq) {
            io.file(V2BlockIo.IO, false, asked.unified());
        }
        if (asked.blockIO().isPresent()) {
            io.blockIo(asked.blockIO().get());
        }
        io.file(bfq ? V2BlockIo.BFQ : V2BlockIo.IO, bfq, asked.unified());
        return io.properties();
    }

    private void blockIo(BlockIo asked) {
        weigh(ALL, asked.weight().orElse(0));
        for (WeightDevice device : asked.weightDevice()) {
            weigh(device.major() + ":" + device.minor(), device.weight().orElse(0));
        }
    }

    private void weigh(String device, int weight) {
        if (weight != 0) {
            weights.put(device, bfq ? forBfq(weight) : Conversion.ioWeight(weight));
        }
    }

    /** A file of {@code unified}: lines of {@code WEIGHT}, {@code default WEIGHT}, {@code MAJOR:MINOR WEIGHT}. */
    private void file(String file, boolean isBfqs, Map<String, String> unified) {
        for (String line : unified.getOrDefault(file, "").strip().split("\\s*\n\\s*")) {
            String[] words = line.split("\\s+");
            String weight = words[words.length - 1];
            if (weight.isEmpty() || weight.equals(ALL)) {
                continue;
            }
            long number = SystemdLimits.parse("unified/" + file, weight);
            weights.put(words.length > 1 ? words[0] : ALL, isBfqs ? forBfq(number) : number);
        }
    }

    private long forBfq(long weight) {
        boolean same = weight <= DEFAULT || systemd.version() < CONVERTS_FOR_BFQ;
        return same ? weight : DEFAULT + (weight - DEFAULT) * STEPS;
    }

    private List<UnitProperty> properties() {
        List<UnitProperty> properties = new ArrayList<>();
        List<BusValue> devices = new ArrayList<>();
        weights.forEach((device, weight) -> {
            if (device.equals(ALL)) {
                properties.add(UnitProperty.u64("IOWeight", weight));
            } else {
                // systemd takes the numbers from the path, which need not exist.
                devices.add(BusValue.struct(List.of(BusValue.of("/dev/block/" + device), BusValue.u64(weight))));
            }
        });
        if (!devices.isEmpty()) {
            properties.add(new UnitProperty("IODeviceWeight", BusValue.array("(st)", devices)));
        }
        return properties;
    }
}
