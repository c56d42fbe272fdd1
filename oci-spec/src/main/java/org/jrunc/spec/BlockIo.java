package org.jrunc.spec;

import java.util.List;
import java.util.OptionalInt;

/**
 * Block I/O limits (config-linux.md, Block IO).
 *
 * @param weight                  relative weight, 10 to 1000
 * @param leafWeight              weight beside the cgroup's children
 * @param weightDevice            weights per device
 * @param throttleReadBpsDevice   bytes per second
 * @param throttleWriteBpsDevice  bytes per second
 * @param throttleReadIOPSDevice  operations per second
 * @param throttleWriteIOPSDevice operations per second
 */
public record BlockIo(OptionalInt weight, OptionalInt leafWeight, List<WeightDevice> weightDevice,
        List<ThrottleDevice> throttleReadBpsDevice, List<ThrottleDevice> throttleWriteBpsDevice,
        List<ThrottleDevice> throttleReadIOPSDevice, List<ThrottleDevice> throttleWriteIOPSDevice) {

    public BlockIo {
        weightDevice = List.copyOf(weightDevice);
        throttleReadBpsDevice = List.copyOf(throttleReadBpsDevice);
        throttleWriteBpsDevice = List.copyOf(throttleWriteBpsDevice);
        throttleReadIOPSDevice = List.copyOf(throttleReadIOPSDevice);
        throttleWriteIOPSDevice = List.copyOf(throttleWriteIOPSDevice);
    }
}
