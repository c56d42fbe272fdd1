package org.jrunc.cgroup;

import java.util.List;
import java.util.Map;
import org.jrunc.kernel.Errno;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Cpu;
import org.jrunc.spec.HugepageLimit;
import org.jrunc.spec.Memory;
import org.jrunc.spec.Network;
import org.jrunc.spec.Resources;

/**
 * Sets limits by the controllers of cgroup v2 (admin-guide/cgroup-v2.rst). Where the configuration has a value that
 * only v1 knows, a line in the log says that it has no effect, as the other runtimes ignore it too.
 */
final class V2Limits {

    /** How many processes there may be is set when the container's one has been made, by two. */
    static final String PIDS_MAX = "pids.max";

    private final LimitWriter files;

    V2Limits(String directory, RuntimeLog log) {
        this.files = new LimitWriter(directory, log);
    }

    void apply(Resources asked) {
        if (asked.memory().isPresent()) {
            memory(asked.memory().get());
        }
        if (asked.cpu().isPresent()) {
            cpu(asked.cpu().get());
        }
        if (asked.blockIO().isPresent()) {
            new V2BlockIo(files).apply(asked.blockIO().get());
        }
        hugepages(asked.hugepageLimits());
        if (asked.network().isPresent()) {
            network(asked.network().get());
        }
        if (!asked.rdma().isEmpty()) {
            V1Limits.rdma(files, asked.rdma());
        }
        // Last, so that it overrides what the properties above made.
        for (Map.Entry<String, String> each : asked.unified().entrySet()) {
            if (!each.getKey().equals(PIDS_MAX)) {
                unified(each.getKey(), each.getValue());
            }
        }
    }

    void processes(long limit) {
        files.exact("pids/limit", PIDS_MAX, Conversion.pidsMax(limit));
    }

    private void memory(Memory asked) {
        long limit = asked.limit().orElse(0);
        long swap = asked.swap().orElse(0);
        long swapMax = Conversion.swapMax(limit, swap);
        if (asked.checkBeforeUpdate().orElse(false)) {
            rejectBelowUsage(limit, swap);
        }
        // An empty string would be taken for 0.
        if (swapMax != 0 || swap > 0) {
            swap(Conversion.limit(swapMax));
        }
        if (limit != 0) {
            files.exact("memory/limit", "memory.max", Conversion.limit(limit));
        }
        if (asked.reservation().orElse(0) != 0) {
            files.exact("memory/reservation", "memory.low", Conversion.limit(asked.reservation().getAsLong()));
        }
        onlyV1("memory/kernel", asked.kernel().orElse(0) != 0);
        onlyV1("memory/kernelTCP", asked.kernelTCP().orElse(0) != 0);
        onlyV1("memory/swappiness", asked.swappiness().isPresent());
        onlyV1("memory/disableOOMKiller", asked.disableOOMKiller().orElse(false));
        onlyV1("memory/useHierarchy", !asked.useHierarchy().orElse(true));
    }

    /** The kernel would kill processes until the rest fits; v1 refuses by itself. */
    private void rejectBelowUsage(long limit, long swap) {
        String current = files.read("memory.current");
        long usage = current.isEmpty() ? 0 : Long.parseLong(current);
        if (swap > 0 && swap <= usage) {
            throw LimitWriter.failure("memory/swap", "rejecting memory+swap limit " + swap + " <= usage " + usage);
        }
        if (limit > 0 && limit <= usage) {
            throw LimitWriter.failure("memory/limit", "rejecting memory limit " + limit + " <= usage " + usage);
        }
    }

    /** Without swap accounting there is no file; then there is nothing to lift, and nothing to forbid. */
    private void swap(String max) {
        int errno = files.has("memory.swap.max") ? files.attempt("memory.swap.max", max) : Errno.ENOENT;
        if (errno == Errno.ENOENT && (max.equals("max") || max.equals("0"))) {
            return;
        }
        if (errno != 0) {
            throw files.refused("memory/swap", "memory.swap.max", max, errno);
        }
        files.compare("memory/swap", "memory.swap.max", max);
    }

    private void cpu(Cpu asked) {
        boolean idle = asked.idle().orElse(0) == 1;
        if (asked.idle().isPresent()) {
            files.exact("cpu/idle", "cpu.idle", Long.toString(asked.idle().getAsLong()));
        }
        long weight = Conversion.cpuWeight(asked.shares().orElse(0));
        if (weight != 0 && idle) {
            files.ignored("cpu/shares", "cpu/idle is set, such a cgroup has the least weight there is");
        } else if (weight != 0) {
            files.exact("cpu/shares", "cpu.weight", Long.toString(weight));
        }
        bandwidth(asked);
        onlyV1("cpu/realtimeRuntime", asked.realtimeRuntime().orElse(0) != 0);
        onlyV1("cpu/realtimePeriod", asked.realtimePeriod().orElse(0) != 0);
        if (!asked.cpus().orElse("").isEmpty()) {
            files.write("cpu/cpus", "cpuset.cpus", asked.cpus().get());
        }
        if (!asked.mems().orElse("").isEmpty()) {
            files.write("cpu/mems", "cpuset.mems", asked.mems().get());
        }
    }

    /** A burst may be more than the present quota allows, and less than the coming one. */
    private void bandwidth(Cpu asked) {
        long quota = asked.quota().orElse(0);
        long period = asked.period().orElse(0);
        boolean burstLater = false;
        String burst = "";
        if (asked.burst().isPresent()) {
            burst = Long.toUnsignedString(asked.burst().getAsLong());
            int errno = files.attempt("cpu.max.burst", burst);
            burstLater = errno == Errno.EINVAL && quota != 0;
            if (errno != 0 && !burstLater) {
                throw files.refused("cpu/burst", "cpu.max.burst", burst, errno);
            }
        }
        if (quota != 0 || period != 0) {
            files.exact(quota != 0 ? "cpu/quota" : "cpu/period", "cpu.max", Conversion.cpuMax(quota, period));
        }
        if (burstLater) {
            files.exact("cpu/burst", "cpu.max.burst", burst);
        }
    }

    private void hugepages(List<HugepageLimit> limits) {
        for (int i = 0; i < limits.size(); i++) {
            String field = "hugepageLimits/" + i + "/limit";
            String file = "hugetlb." + limits.get(i).pageSize();
            String value = Long.toUnsignedString(limits.get(i).limit());
            if (!files.has(file + ".max") && (" " + files.read("cgroup.controllers") + " ").contains(" hugetlb ")) {
                throw LimitWriter.failure("hugepageLimits/" + i + "/pageSize", "this host has no huge pages of "
                        + limits.get(i).pageSize() + ": no file " + files.path(file + ".max"));
            }
            files.exact(field, file + ".max", value);
            if (files.has(file + ".rsvd.max")) {
                files.write(field, file + ".rsvd.max", value);
            }
        }
    }

    private void network(Network asked) {
        onlyV1("network/classID", asked.classID().orElse(0) != 0);
        onlyV1("network/priorities", !asked.priorities().isEmpty());
    }

    private void onlyV1(String field, boolean asked) {
        if (asked) {
            files.ignored(field, "cgroup v2 has nothing like it");
        }
    }

    /** Some files take one line at a time: io.max, rdma.max. */
    void unified(String file, String value) {
        String field = "unified/" + file;
        for (int start = 0; start == 0 || start < value.length();) {
            int feed = value.indexOf('\n', start);
            int end = feed < 0 ? value.length() : feed;
            String line = value.substring(start, end);
            int errno = files.attempt(file, line);
            if (errno != 0) {
                throw files.refused(field, file, line, errno);
            }
            start = end + 1;
        }
    }
}
