package org.jrunc.cgroup;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.spec.JsonWriter;

/**
 * Statistics in the form of runc's {@code events}, field by field: what Go's {@code omitempty} leaves out is left out.
 */
final class StatisticsJson {

    private static final String[] CPUSET = {"mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page",
        "memory_spread_slab", "memory_pressure", "sched_load_balance", "sched_relax_domain_level"};
    private static final String[] BLKIO = {"ioServiceBytesRecursive", "ioServicedRecursive", "ioQueueRecursive",
        "ioServiceTimeRecursive", "ioWaitTimeRecursive", "ioMergedRecursive", "ioTimeRecursive", "sectorsRecursive"};

    private final JsonWriter json;

    StatisticsJson(JsonWriter json) {
        this.json = json;
    }

    void write(Statistics all) {
        json.beginObject();
        cpu(all.cpu());
        cpuset(all.cpuset());
        memory(all.memory());
        json.name("pids").beginObject();
        unlessZero("current", all.pids().current());
        unlessZero("limit", all.pids().limit());
        json.endObject();
        blkio(all);
        json.name("hugetlb").beginObject();
        for (Map.Entry<String, Statistics.HugePages> pages : all.hugetlb().entrySet()) {
            json.name(pages.getKey()).beginObject();
            unlessZero("usage", pages.getValue().usage());
            unlessZero("max", pages.getValue().max());
            json.name("failcnt").unsigned(pages.getValue().failcnt()).endObject();
        }
        // runc has numbers of network interfaces only for a network that it does not make any more.
        json.endObject().name("intel_rdt").beginObject().endObject().name("network_interfaces").nullValue()
                .endObject();
    }

    private void cpu(Statistics.Cpu cpu) {
        json.name("cpu").beginObject().name("usage").beginObject();
        unlessZero("total", cpu.total());
        unlessEmpty("percpu", cpu.percpu());
        unlessEmpty("percpu_kernel", cpu.percpuKernel());
        unlessEmpty("percpu_user", cpu.percpuUser());
        json.name("kernel").unsigned(cpu.kernel()).name("user").unsigned(cpu.user()).endObject();
        json.name("throttling").beginObject();
        unlessZero("periods", cpu.throttling().periods());
        unlessZero("throttledPeriods", cpu.throttling().throttledPeriods());
        unlessZero("throttledTime", cpu.throttling().throttledTime());
        json.endObject();
        pressure(cpu.pressure());
        json.endObject();
    }

    private void cpuset(Statistics.CpuSet cpuset) {
        json.name("cpuset").beginObject();
        members("cpus", cpuset.cpus());
        setting(cpuset, "cpu_exclusive");
        members("mems", cpuset.mems());
        for (String name : CPUSET) {
            setting(cpuset, name);
        }
        json.endObject();
    }

    private void members(String name, List<Integer> members) {
        if (!members.isEmpty()) {
            json.name(name).beginArray();
            for (int member : members) {
                json.value(member);
            }
            json.endArray();
        }
    }

    private void setting(Statistics.CpuSet cpuset, String name) {
        json.property(name, cpuset.settings().getOrDefault(name, 0L));
    }

    private void memory(Statistics.Memory memory) {
        json.name("memory").beginObject();
        unlessZero("cache", memory.cache());
        entry("usage", memory.usage());
        entry("swap", memory.swap());
        entry("kernel", memory.kernel());
        entry("kernelTCP", memory.kernelTcp());
        if (!memory.raw().isEmpty()) {
            json.name("raw").beginObject();
            for (Map.Entry<String, Long> line : memory.raw().entrySet()) {
                json.name(line.getKey()).unsigned(line.getValue());
            }
            json.endObject();
        }
        pressure(memory.pressure());
        json.endObject();
    }

    private void entry(String name, Statistics.MemoryEntry entry) {
        json.name(name).beginObject().name("limit").unsigned(entry.limit());
        unlessZero("usage", entry.usage());
        unlessZero("max", entry.max());
        json.name("failcnt").unsigned(entry.failcnt()).endObject();
    }

    private void blkio(Statistics all) {
        json.name("blkio").beginObject();
        for (String kind : BLKIO) {
            List<Statistics.BlkioEntry> entries = all.blkio().getOrDefault(kind, List.of());
            if (!entries.isEmpty()) {
                json.name(kind).beginArray();
                for (Statistics.BlkioEntry entry : entries) {
                    json.beginObject();
                    unlessZero("major", entry.major());
                    unlessZero("minor", entry.minor());
                    if (!entry.op().isEmpty()) {
                        json.property("op", entry.op());
                    }
                    unlessZero("value", entry.value());
                    json.endObject();
                }
                json.endArray();
            }
        }
        pressure(all.io());
        json.endObject();
    }

    private void pressure(Optional<Statistics.Pressure> pressure) {
        if (pressure.isPresent()) {
            json.name("psi").beginObject();
            pressure("some", pressure.get().some());
            pressure("full", pressure.get().full());
            json.endObject();
        }
    }

    private void pressure(String name, Map<String, String> line) {
        json.name(name).beginObject();
        for (String average : new String[] {"avg10", "avg60", "avg300", "total"}) {
            json.name(average).number(shortest(line.getOrDefault(average, "0")));
        }
        json.endObject();
    }

    /** As Go writes a float: {@code 1.50} is 1.5, {@code 0.00} is 0. */
    private static String shortest(String number) {
        if (number.indexOf('.') < 0) {
            return number;
        }
        int end = number.length();
        while (number.charAt(end - 1) == '0') {
            end--;
        }
        return number.substring(0, number.charAt(end - 1) == '.' ? end - 1 : end);
    }

    private void unlessZero(String name, long value) {
        if (value != 0) {
            json.name(name).unsigned(value);
        }
    }

    private void unlessEmpty(String name, List<Long> values) {
        if (!values.isEmpty()) {
            json.name(name).beginArray();
            for (long value : values) {
                json.unsigned(value);
            }
            json.endArray();
        }
    }
}
