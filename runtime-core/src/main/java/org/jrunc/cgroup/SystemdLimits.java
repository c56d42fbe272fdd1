package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Cpu;
import org.jrunc.spec.CpuList;
import org.jrunc.spec.Memory;
import org.jrunc.spec.Resources;
import org.jrunc.systemd.BusValue;
import org.jrunc.systemd.Systemd;
import org.jrunc.systemd.UnitProperty;

/**
 * Limits as properties of a unit (systemd.resource-control(5)). systemd writes a unit's files anew whenever it likes,
 * so it must know every value that it has a property for; the others are in the files alone. The properties are those
 * that runc sets.
 */
final class SystemdLimits {

    private static final long INFINITY = -1;
    private static final long DEFAULT_PERIOD = 100_000;
    private static final long SECOND = 1_000_000;
    /** systemd keeps a quota in percent of a second. */
    private static final long PERCENT = SECOND / 100;
    /** Versions of systemd since which a property is there. */
    private static final int CPU_QUOTA_PERIOD = 242;
    private static final int CPUSET = 244;
    private static final int CPU_IDLE = 252;
    private static final int OOM_POLICY = 253;

    private final boolean unified;
    private final Systemd systemd;
    private final RuntimeLog log;
    private final List<UnitProperty> properties = new ArrayList<>();

    private SystemdLimits(boolean unified, Systemd systemd, RuntimeLog log) {
        this.unified = unified;
        this.systemd = systemd;
        this.log = log;
    }

    /**
     * The properties for all limits but that of processes, the device rules, and on v2 the weights of block devices
     * ({@link SystemdBlockIo}).
     *
     * @param unified whether the host has nothing but cgroup v2
     * @param isNew   whether the unit is yet to be made: some properties can not be changed later
     * @param systemd is asked for its version if that matters
     */
    static List<UnitProperty> of(Resources asked, boolean unified, boolean isNew, Systemd systemd, RuntimeLog log) {
        SystemdLimits limits = new SystemdLimits(unified, systemd, log);
        if (asked.memory().isPresent()) {
            limits.memory(asked.memory().get());
        }
        if (asked.cpu().isPresent()) {
            limits.cpu(asked.cpu().get());
        }
        if (unified) {
            limits.unified(asked.unified(), isNew);
        } else if (asked.blockIO().isPresent() && asked.blockIO().get().weight().orElse(0) != 0) {
            limits.number("BlockIOWeight", asked.blockIO().get().weight().getAsInt());
        }
        return limits.properties;
    }

    /** The property for the number of processes, if it is limited. */
    static Optional<UnitProperty> processes(Resources asked, boolean unified) {
        String value = unified ? asked.unified().getOrDefault(V2Limits.PIDS_MAX, "").trim() : "";
        if (!value.isEmpty()) {
            return Optional.of(tasks(value.equals("max") ? INFINITY : parse("unified/" + V2Limits.PIDS_MAX, value)));
        }
        OptionalLong limit = asked.pids().isPresent() ? asked.pids().get().limit() : OptionalLong.empty();
        return limit.isPresent() ? Optional.of(tasks(limit.getAsLong())) : Optional.empty();
    }

    /** Of 0 the kernel makes nothing, as the first process counts as well. */
    private static UnitProperty tasks(long limit) {
        return UnitProperty.u64("TasksMax", limit < 0 ? INFINITY : Math.max(1, limit));
    }

    /** The limits with the quota as systemd is going to round it: the file must have the same. */
    static Resources rounded(Resources asked) {
        long quota = asked.cpu().isEmpty() ? 0 : asked.cpu().get().quota().orElse(0);
        if (quota <= 0) {
            return asked;
        }
        Cpu cpu = asked.cpu().get();
        long period = period(cpu);
        long perSecond = perSecond(quota, period);
        if (perSecond == INFINITY || perSecond == quota * SECOND / period) {
            return asked;
        }
        Cpu rounded = new Cpu(cpu.shares(), OptionalLong.of(perSecond * period / SECOND), cpu.burst(), cpu.period(),
                cpu.realtimeRuntime(), cpu.realtimePeriod(), cpu.cpus(), cpu.mems(), cpu.idle());
        return new Resources(asked.devices(), asked.memory(), Optional.of(rounded), asked.pids(), asked.blockIO(),
                asked.hugepageLimits(), asked.network(), asked.rdma(), asked.unified());
    }

    private void memory(Memory asked) {
        long limit = asked.limit().orElse(0);
        if (limit != 0) {
            number(unified ? "MemoryMax" : "MemoryLimit", limit);
        }
        if (!unified) {
            return;
        }
        if (asked.reservation().orElse(0) != 0) {
            number("MemoryLow", asked.reservation().getAsLong());
        }
        long swap = asked.swap().orElse(0);
        long swapMax = Conversion.swapMax(limit, swap);
        if (swapMax != 0 || swap > 0) {
            number("MemorySwapMax", swapMax);
        }
    }

    private void cpu(Cpu asked) {
        long shares = asked.shares().orElse(0);
        if (unified) {
            boolean idle = idle(asked.idle().orElse(0) == 1);
            if (shares != 0 && idle) {
                log.warn("unable to apply both cpu.weight and cpu.idle to systemd, ignoring cpu.weight"
                        + " (/linux/resources/cpu/shares)");
            } else if (shares != 0) {
                number("CPUWeight", Conversion.cpuWeight(shares));
            }
        } else if (shares != 0) {
            number("CPUShares", shares);
        }
        long quota = asked.quota().orElse(0);
        if (quota != 0 || asked.period().orElse(0) != 0) {
            quota(quota, asked.period().orElse(0), period(asked));
        }
        cpuset("AllowedCPUs", "cpu/cpus", asked.cpus().orElse(""));
        cpuset("AllowedMemoryNodes", "cpu/mems", asked.mems().orElse(""));
    }

    /** CPUWeight=idle is 0 on the bus; returns whether it was set. */
    private boolean idle(boolean asked) {
        if (asked && systemd.version() >= CPU_IDLE) {
            number("CPUWeight", 0);
            return true;
        }
        return false;
    }

    private void quota(long quota, long askedPeriod, long period) {
        if (askedPeriod != 0 && systemd.version() >= CPU_QUOTA_PERIOD) {
            number("CPUQuotaPeriodUSec", period);
        }
        number("CPUQuotaPerSecUSec", quota > 0 ? perSecond(quota, period) : INFINITY);
    }

    private static long period(Cpu cpu) {
        long period = cpu.period().orElse(0);
        return period > 0 ? period : DEFAULT_PERIOD;
    }

    /** Microseconds per second, up to the next percent, so that nobody gets less than what was asked for. */
    private static long perSecond(long quota, long period) {
        if (quota > Long.MAX_VALUE / SECOND - PERCENT) {
            return INFINITY;
        }
        long exact = quota * SECOND / period;
        return (exact + PERCENT - 1) / PERCENT * PERCENT;
    }

    private void cpuset(String property, String field, String list) {
        if (list.isEmpty() || systemd.version() < CPUSET) {
            return;
        }
        BitSet numbers;
        try {
            numbers = CpuList.parse(list);
        } catch (IllegalArgumentException e) {
            throw LimitWriter.failure(field, e.getMessage());
        }
        properties.add(new UnitProperty(property, BusValue.bytes(numbers.toByteArray())));
    }

    /** Files of cgroup v2 that systemd has a property for; {@link V2Limits} writes them all. */
    private void unified(Map<String, String> files, boolean isNew) {
        boolean idle = files.getOrDefault("cpu.idle", "0").trim().equals("1");
        for (Map.Entry<String, String> file : files.entrySet()) {
            String value = file.getValue().trim();
            String field = "unified/" + file.getKey();
            switch (file.getKey()) {
                case "cpu.idle" -> idle(idle);
                case "cpu.max" -> cpuMax(field, value);
                case "cpu.weight" -> weight(field, value, idle);
                case "cpuset.cpus" -> cpuset("AllowedCPUs", field, value);
                case "cpuset.mems" -> cpuset("AllowedMemoryNodes", field, value);
                case "memory.high" -> limit("MemoryHigh", field, value);
                case "memory.low" -> limit("MemoryLow", field, value);
                case "memory.min" -> limit("MemoryMin", field, value);
                case "memory.max" -> limit("MemoryMax", field, value);
                case "memory.swap.max" -> limit("MemorySwapMax", field, value);
                case V2Limits.PIDS_MAX, V2BlockIo.IO, V2BlockIo.BFQ -> {
                    // Come later, see processes() and SystemdBlockIo.
                }
                case "memory.oom.group" -> oomGroup(value, isNew);
                default -> log.debug("/linux/resources/" + field + ": no property of systemd's, only written");
            }
        }
    }

    private void cpuMax(String field, String value) {
        int blank = value.indexOf(' ');
        String quota = blank < 0 ? value : value.substring(0, blank);
        long period = blank < 0 ? 0 : parse(field, value.substring(blank + 1).trim());
        quota(quota.equals("max") ? -1 : parse(field, quota), period, period == 0 ? DEFAULT_PERIOD : period);
    }

    private void weight(String field, String value, boolean idle) {
        if (idle) {
            log.warn("unable to apply both cpu.weight and cpu.idle to systemd, ignoring cpu.weight (/linux/resources/"
                    + field + ")");
        } else {
            number("CPUWeight", parse(field, value));
        }
    }

    private void limit(String property, String field, String value) {
        number(property, value.equals("max") ? INFINITY : parse(field, value));
    }

    private void oomGroup(String value, boolean isNew) {
        if (isNew && systemd.version() >= OOM_POLICY && (value.equals("0") || value.equals("1"))) {
            properties.add(UnitProperty.of("OOMPolicy", value.equals("1") ? "kill" : "continue"));
        }
    }

    /** A number of a file of {@code unified}. */
    static long parse(String field, String value) {
        try {
            return Long.parseUnsignedLong(value);
        } catch (NumberFormatException e) {
            throw LimitWriter.failure(field, "not a number that systemd could take: \"" + value + "\"");
        }
    }

    /** Later ones override earlier ones, as of the files. */
    private void number(String name, long value) {
        for (int i = 0; i < properties.size(); i++) {
            if (properties.get(i).name().equals(name)) {
                properties.remove(i);
            }
        }
        properties.add(UnitProperty.u64(name, value));
    }
}
