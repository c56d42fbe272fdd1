package org.jrunc.cgroup;

import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jrunc.spec.CpuList;

/** What the controllers of cgroup v1 have counted (admin-guide/cgroup-v1). */
final class V1Statistics {

    /** {@code USER_HZ} is 100 on all architectures jrunc runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;
    private static final String[] CPUSET_FLAGS = {"cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate",
        "memory_spread_page", "memory_spread_slab", "memory_pressure", "sched_load_balance",
        "sched_relax_domain_level"};
    /** runc's name of each kind of block I/O number, and its file; the first two are there without debugging. */
    private static final String[][] BLKIO = {{"ioServicedRecursive", "io_serviced"},
        {"ioServiceBytesRecursive", "io_service_bytes"}, {"sectorsRecursive", "sectors"},
        {"ioServiceTimeRecursive", "io_service_time"}, {"ioWaitTimeRecursive", "io_wait_time"},
        {"ioMergedRecursive", "io_merged"}, {"ioQueueRecursive", "io_queued"}, {"ioTimeRecursive", "time"}};
    /** Who counts, the most telling first: the schedulers BFQ and CFQ, then the throttling layer. */
    private static final String[][] BLKIO_SOURCES = {{"blkio.bfq.", "_recursive"}, {"blkio.", "_recursive"},
        {"blkio.throttle.", "_recursive"}, {"blkio.throttle.", ""}};

    private final List<Place> places;

    V1Statistics(List<Place> places) {
        this.places = places;
    }

    Statistics read() {
        return new Statistics(cpu(), cpuset(), memory(), pids(), blkio(), Optional.empty(), hugetlb());
    }

    /** The files of a controller; without it, of a directory that is not there. */
    private StatFiles files(String controller) {
        for (Place place : places) {
            if (place.has(controller)) {
                return new StatFiles(place.path());
            }
        }
        return new StatFiles("/nonexistent");
    }

    private Statistics.Cpu cpu() {
        StatFiles acct = files("cpuacct");
        List<Long> kernel = new ArrayList<>();
        List<Long> user = new ArrayList<>();
        for (String line : acct.lines("cpuacct.usage_all")) {
            // cpu user system
            List<String> words = StatFiles.words(line, " ");
            if (words.size() == 3 && !words.getFirst().equals("cpu")) {
                user.add(StatFiles.parse(words.get(1)));
                kernel.add(StatFiles.parse(words.get(2)));
            }
        }
        Map<String, Long> ticks = acct.table("cpuacct.stat");
        Map<String, Long> stat = files("cpu").table("cpu.stat");
        return new Statistics.Cpu(acct.number("cpuacct.usage"), acct.numbers("cpuacct.usage_percpu"), kernel, user,
                ticks.getOrDefault("system", 0L) * NANOS_PER_TICK, ticks.getOrDefault("user", 0L) * NANOS_PER_TICK,
                new Statistics.Throttling(stat.getOrDefault("nr_periods", 0L), stat.getOrDefault("nr_throttled", 0L),
                        stat.getOrDefault("throttled_time", 0L)),
                Optional.empty());
    }

    private Statistics.CpuSet cpuset() {
        StatFiles files = files("cpuset");
        Map<String, Long> settings = new LinkedHashMap<>();
        for (String flag : CPUSET_FLAGS) {
            settings.put(flag, files.number("cpuset." + flag));
        }
        return new Statistics.CpuSet(list(files.read("cpuset.cpus")), list(files.read("cpuset.mems")), settings);
    }

    private static List<Integer> list(String text) {
        List<Integer> members = new ArrayList<>();
        if (!text.trim().isEmpty()) {
            CpuList.parse(text.trim()).stream().forEach(members::add);
        }
        return members;
    }

    private Statistics.Memory memory() {
        StatFiles files = files("memory");
        Map<String, Long> raw = files.table("memory.stat");
        return new Statistics.Memory(raw.getOrDefault("cache", 0L), entry(files, "memory."),
                entry(files, "memory.memsw."), entry(files, "memory.kmem."), entry(files, "memory.kmem.tcp."), raw,
                Optional.empty());
    }

    private static Statistics.MemoryEntry entry(StatFiles files, String prefix) {
        return new Statistics.MemoryEntry(files.number(prefix + "limit_in_bytes"),
                files.number(prefix + "usage_in_bytes"), files.number(prefix + "max_usage_in_bytes"),
                files.number(prefix + "failcnt"));
    }

    private Statistics.Pids pids() {
        StatFiles files = files("pids");
        long limit = files.number("pids.max");
        return new Statistics.Pids(files.number("pids.current"), limit == StatFiles.UNLIMITED ? 0 : limit);
    }

    private Map<String, List<Statistics.BlkioEntry>> blkio() {
        StatFiles files = files("blkio");
        Map<String, List<Statistics.BlkioEntry>> all = new LinkedHashMap<>();
        for (int source = 0; source < BLKIO_SOURCES.length && all.isEmpty(); source++) {
            for (String[] kind : BLKIO) {
                List<Statistics.BlkioEntry> entries = entries(
                        files.lines(BLKIO_SOURCES[source][0] + kind[1] + BLKIO_SOURCES[source][1]));
                if (!entries.isEmpty()) {
                    all.put(kind[0], entries);
                }
            }
        }
        return all;
    }

    /** {@code 8:0 Read 4096}, or without the word; the line {@code Total 4096} is left out. */
    private static List<Statistics.BlkioEntry> entries(List<String> lines) {
        List<Statistics.BlkioEntry> entries = new ArrayList<>();
        for (String line : lines) {
            List<String> words = StatFiles.words(line, " :");
            if (words.size() >= 3) {
                entries.add(new Statistics.BlkioEntry(StatFiles.parse(words.get(0)), StatFiles.parse(words.get(1)),
                        words.size() > 3 ? words.get(2) : "", StatFiles.parse(words.getLast())));
            }
        }
        return entries;
    }

    private Map<String, Statistics.HugePages> hugetlb() {
        Map<String, Statistics.HugePages> all = new TreeMap<>();
        for (Place place : places) {
            String[] names = place.has("hugetlb") ? new File(place.path()).list() : null;
            if (names == null) {
                continue;
            }
            StatFiles files = new StatFiles(place.path());
            for (String size : pageSizes(names, ".limit_in_bytes")) {
                // Since Linux 5.7 pages count when they are reserved.
                String prefix = "hugetlb." + size + ".";
                prefix += new File(place.path(), prefix + "rsvd.usage_in_bytes").exists() ? "rsvd." : "";
                all.put(size, new Statistics.HugePages(files.number(prefix + "usage_in_bytes"),
                        files.number(prefix + "max_usage_in_bytes"), files.number(prefix + "failcnt")));
            }
        }
        return all;
    }

    /** The sizes of huge pages, from names like {@code hugetlb.2MB.limit_in_bytes}. */
    static List<String> pageSizes(String[] names, String suffix) {
        List<String> sizes = new ArrayList<>();
        for (String name : names) {
            if (name.startsWith("hugetlb.") && name.endsWith(suffix)) {
                String size = name.substring("hugetlb.".length(), name.length() - suffix.length());
                if (size.indexOf('.') < 0) {
                    sizes.add(size);
                }
            }
        }
        return sizes;
    }
}
