package org.jrunc.cgroup;

import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the controllers of cgroup v2 have counted (cgroup-v2.rst), in the terms of v1, as runc tells it. */
final class V2Statistics {

    private static final long NANOS_PER_MICRO = 1000;
    /** io.stat's keys, runc's name for the kind of number, and v1's word. */
    private static final String[][] IO = {{"rbytes", "ioServiceBytesRecursive", "Read"},
        {"wbytes", "ioServiceBytesRecursive", "Write"}, {"rios", "ioServicedRecursive", "Read"},
        {"wios", "ioServicedRecursive", "Write"}};

    private final String directory;
    private final StatFiles files;

    V2Statistics(String directory) {
        this.directory = directory;
        this.files = new StatFiles(directory);
    }

    Statistics read() {
        long limit = files.number("pids.max");
        return new Statistics(cpu(), Statistics.CpuSet.NONE, memory(),
                new Statistics.Pids(files.number("pids.current"), limit == StatFiles.UNLIMITED ? 0 : limit), io(),
                files.pressure("io.pressure"), hugetlb());
    }

    private Statistics.Cpu cpu() {
        Map<String, Long> stat = files.table("cpu.stat");
        return new Statistics.Cpu(nanos(stat, "usage_usec"), List.of(), List.of(), List.of(),
                nanos(stat, "system_usec"), nanos(stat, "user_usec"),
                new Statistics.Throttling(stat.getOrDefault("nr_periods", 0L), stat.getOrDefault("nr_throttled", 0L),
                        nanos(stat, "throttled_usec")),
                files.pressure("cpu.pressure"));
    }

    private static long nanos(Map<String, Long> stat, String name) {
        return stat.getOrDefault(name, 0L) * NANOS_PER_MICRO;
    }

    /** Memory and swap together are the sums; their highest usages were not at the same time, so they have none. */
    private Statistics.Memory memory() {
        Map<String, Long> raw = files.table("memory.stat");
        Statistics.MemoryEntry usage = new Statistics.MemoryEntry(files.number("memory.max"),
                files.number("memory.current"), files.number("memory.peak"), 0);
        long swapLimit = files.number("memory.swap.max");
        boolean unlimited = swapLimit == StatFiles.UNLIMITED || usage.limit() == StatFiles.UNLIMITED;
        Statistics.MemoryEntry both = new Statistics.MemoryEntry(
                unlimited ? StatFiles.UNLIMITED : swapLimit + usage.limit(),
                files.number("memory.swap.current") + usage.usage(), 0, 0);
        return new Statistics.Memory(raw.getOrDefault("file", 0L), usage, both, Statistics.MemoryEntry.NONE,
                Statistics.MemoryEntry.NONE, raw, files.pressure("memory.pressure"));
    }

    /** {@code 8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0}; v1 has nothing for discards. */
    private Map<String, List<Statistics.BlkioEntry>> io() {
        Map<String, List<Statistics.BlkioEntry>> all = new LinkedHashMap<>();
        for (String line : files.lines("io.stat")) {
            List<String> words = StatFiles.words(line, " ");
            int colon = words.getFirst().indexOf(':');
            for (String word : words.subList(1, words.size())) {
                for (String[] kind : IO) {
                    if (colon > 0 && word.startsWith(kind[0] + "=")) {
                        all.computeIfAbsent(kind[1], name -> new ArrayList<>()).add(new Statistics.BlkioEntry(
                                StatFiles.parse(words.getFirst().substring(0, colon)),
                                StatFiles.parse(words.getFirst().substring(colon + 1)), kind[2],
                                StatFiles.parse(word.substring(kind[0].length() + 1))));
                    }
                }
            }
        }
        return all;
    }

    private Map<String, Statistics.HugePages> hugetlb() {
        Map<String, Statistics.HugePages> all = new TreeMap<>();
        String[] names = Optional.ofNullable(new File(directory).list()).orElse(new String[0]);
        for (String size : V1Statistics.pageSizes(names, ".current")) {
            String prefix = "hugetlb." + size;
            String reserved = new File(directory, prefix + ".rsvd.current").exists() ? ".rsvd" : "";
            all.put(size, new Statistics.HugePages(files.number(prefix + reserved + ".current"), 0,
                    files.table(prefix + ".events").getOrDefault("max", 0L)));
        }
        return all;
    }
}
