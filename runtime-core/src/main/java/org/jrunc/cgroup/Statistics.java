package org.jrunc.cgroup;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container uses. Numbers are unsigned, 0 where the kernel has no such number, times are nanoseconds.
 *
 * @param cpu     cpu and cpuacct
 * @param cpuset  cpuset of v1
 * @param memory  memory
 * @param pids    how many tasks there are, and how many there may be (0 for no limit)
 * @param blkio   block I/O by kind of number: the names are runc's
 * @param io      what waiting for I/O cost, v2 only
 * @param hugetlb by page size like {@code 2MB}
 */
record Statistics(Cpu cpu, CpuSet cpuset, Memory memory, Pids pids, Map<String, List<BlkioEntry>> blkio,
        Optional<Pressure> io, Map<String, HugePages> hugetlb) {

    /**
     * Processor time.
     *
     * @param total        all
     * @param percpu       all by processor, empty on v2, as the next two
     * @param percpuKernel in the kernel
     * @param percpuUser   in user space
     * @param kernel       in the kernel
     * @param user         in user space
     * @param throttling   periods, throttled periods, throttled time
     * @param pressure     what waiting for a processor cost, v2 only
     */
    record Cpu(long total, List<Long> percpu, List<Long> percpuKernel, List<Long> percpuUser, long kernel, long user,
            Throttling throttling, Optional<Pressure> pressure) {
    }

    /** Effects of a CPU quota: periods in all, those in which it was used up, and for how long. */
    record Throttling(long periods, long throttledPeriods, long throttledTime) {
    }

    /**
     * The files of cpuset(7).
     *
     * @param settings the flags by the name of their file, without {@code cpuset.}
     */
    record CpuSet(List<Integer> cpus, List<Integer> mems, Map<String, Long> settings) {

        /** What a host without v1's cpuset has. */
        static final CpuSet NONE = new CpuSet(List.of(), List.of(), Map.of());
    }

    /**
     * Memory in bytes.
     *
     * @param cache     page cache
     * @param usage     memory
     * @param swap      memory and swap together
     * @param kernel    kernel memory, v1 only
     * @param kernelTcp TCP buffers, v1 only
     * @param raw       memory.stat
     * @param pressure  what waiting for memory cost, v2 only
     */
    record Memory(long cache, MemoryEntry usage, MemoryEntry swap, MemoryEntry kernel, MemoryEntry kernelTcp,
            Map<String, Long> raw, Optional<Pressure> pressure) {
    }

    /** One kind of memory: limit, present usage, highest usage, how often the limit was hit. */
    record MemoryEntry(long limit, long usage, long max, long failcnt) {

        static final MemoryEntry NONE = new MemoryEntry(0, 0, 0, 0);
    }

    /** Tasks. */
    record Pids(long current, long limit) {
    }

    /** A number of one device; {@code op} is Read, Write, … or empty. */
    record BlkioEntry(long major, long minor, String op, long value) {
    }

    /** Huge pages in bytes. */
    record HugePages(long usage, long max, long failcnt) {
    }

    /**
     * Pressure stall information (accounting/psi.rst): lines of {@code avg10}, {@code avg60}, {@code avg300} in
     * percent, as the kernel writes them, and {@code total} in microseconds.
     */
    record Pressure(Map<String, String> some, Map<String, String> full) {
    }
}
