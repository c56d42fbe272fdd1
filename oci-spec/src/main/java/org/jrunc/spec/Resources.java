package org.jrunc.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Limits of the container's cgroup (config-linux.md, Control groups), also what {@code update --resources} reads.
 *
 * @param devices        device rules; a later one overrides an earlier one
 * @param memory         memory controller
 * @param cpu            cpu and cpuset controllers
 * @param pids           pids controller
 * @param blockIO        blkio or io controller
 * @param hugepageLimits hugetlb controller
 * @param network        net_cls and net_prio controllers
 * @param rdma           rdma controller, by device name
 * @param unified        files of cgroup v2 and what to write into them
 */
public record Resources(List<DeviceCgroup> devices, Optional<Memory> memory, Optional<Cpu> cpu, Optional<Pids> pids,
        Optional<BlockIo> blockIO, List<HugepageLimit> hugepageLimits, Optional<Network> network,
        Map<String, Rdma> rdma, Map<String, String> unified) {

    public Resources {
        devices = List.copyOf(devices);
        hugepageLimits = List.copyOf(hugepageLimits);
        rdma = Immutable.copyOf(rdma);
        unified = Immutable.copyOf(unified);
    }
}
