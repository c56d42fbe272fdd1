package org.jrunc.cgroup;

import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jrunc.report.RuntimeLog;

/**
 * The limits of a container's cgroup at one moment, so that an update which the kernel refuses half-way can be taken
 * back. Files are compared, not writes recorded: whatever changed them is undone.
 */
final class LimitSnapshot {

    /** Of v1, of v2 and of both. */
    private static final Set<String> LIMITS = Set.of("cpu.idle", "cpuset.cpus", "cpuset.mems", "pids.max", "rdma.max",
            "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.soft_limit_in_bytes",
            "memory.kmem.tcp.limit_in_bytes", "memory.swappiness", "memory.oom_control", "cpu.shares",
            "cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.cfs_burst_us", "cpu.rt_runtime_us", "cpu.rt_period_us",
            "blkio.weight", "blkio.weight_device", "blkio.bfq.weight", "blkio.bfq.weight_device", "blkio.leaf_weight",
            "blkio.leaf_weight_device", "blkio.throttle.read_bps_device", "blkio.throttle.write_bps_device",
            "blkio.throttle.read_iops_device", "blkio.throttle.write_iops_device", "net_cls.classid",
            "net_prio.ifpriomap", "memory.max", "memory.low", "memory.swap.max", "cpu.weight", "cpu.max",
            "cpu.max.burst", "io.weight", "io.bfq.weight", "io.max");

    /** Limits depend on each other (memory and memory with swap, quota and period), so one pass may not do. */
    private static final int PASSES = 3;

    private final Map<String, String> contents = new LinkedHashMap<>();
    private final RuntimeLog log;

    /**
     * Reads all limits.
     *
     * @param further names of other files that are about to be written
     */
    LimitSnapshot(List<Place> places, Set<String> further, RuntimeLog log) {
        this.log = log;
        for (Place place : places) {
            String[] names = new File(place.path()).list();
            if (names != null) {
                for (String name : names) {
                    if (isLimit(name) || further.contains(name)) {
                        String path = place.directory().file(name);
                        contents.put(path, CgroupFiles.read(path));
                    }
                }
            }
        }
    }

    private static boolean isLimit(String name) {
        return LIMITS.contains(name) || name.startsWith("hugetlb.")
                && (name.endsWith(".limit_in_bytes") || name.endsWith(".max"));
    }

    /** Writes back what has changed; what can not be is a warning in the log. */
    void restore() {
        for (int pass = 1; pass <= PASSES; pass++) {
            boolean done = true;
            for (Map.Entry<String, String> file : contents.entrySet()) {
                if (!CgroupFiles.read(file.getKey()).equals(file.getValue())) {
                    done = false;
                    restore(file.getKey(), file.getValue(), pass == PASSES);
                }
            }
            if (done) {
                return;
            }
        }
    }

    private void restore(String path, String old, boolean last) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean taken = name.equals("memory.oom_control") ? CgroupFiles.tryWrite(path, firstNumber(old))
                : isKeyed(name, old) ? restoreLines(path, name, old) : CgroupFiles.tryWrite(path, value(old));
        if (!taken && last) {
            log.warn("the limit in " + path + " could not be set back to " + old.trim().replace('\n', ' '));
        }
    }

    /** An empty write is no write. */
    private static String value(String old) {
        return old.trim().isEmpty() ? "\n" : old.trim();
    }

    /** {@code oom_kill_disable 0}: the file is written with the number alone. */
    private static String firstNumber(String content) {
        int end = content.indexOf('\n');
        String line = end < 0 ? content : content.substring(0, end);
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    /** Whether a file has a line for each device or interface. */
    private static boolean isKeyed(String name, String content) {
        return name.endsWith("_device") || name.equals("io.max") || name.equals("io.weight")
                || name.equals("io.bfq.weight") || name.equals("rdma.max") || name.equals("net_prio.ifpriomap")
                || content.trim().indexOf('\n') >= 0;
    }

    private static boolean restoreLines(String path, String name, String old) {
        boolean taken = true;
        String current = '\n' + CgroupFiles.read(path);
        for (String line : lines(old)) {
            if (current.indexOf('\n' + line + '\n') < 0) {
                taken &= CgroupFiles.tryWrite(path, line);
            }
        }
        for (String line : lines(current)) {
            String key = line.substring(0, line.indexOf(' ') + 1);
            if (!key.isEmpty() && ('\n' + old).indexOf('\n' + key) < 0) {
                taken &= CgroupFiles.tryWrite(path, key + none(name));
            }
        }
        return taken;
    }

    /** What removes the line of a device. */
    private static String none(String name) {
        switch (name) {
            case "io.max":
                return "rbps=max wbps=max riops=max wiops=max";
            case "rdma.max":
                return "hca_handle=max hca_object=max";
            case "io.weight":
            case "io.bfq.weight":
                return "default";
            default:
                return "0";
        }
    }

    private static String[] lines(String content) {
        return content.trim().isEmpty() ? new String[0] : content.trim().split("\n");
    }
}
