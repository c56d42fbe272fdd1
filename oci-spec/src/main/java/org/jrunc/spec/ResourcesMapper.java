package org.jrunc.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The property {@code linux.resources} (config-linux.md, Control groups). */
final class ResourcesMapper {

    private ResourcesMapper() {
    }

    static Resources resources(LocatedJson json) {
        LocatedJson memory = json.find("memory");
        LocatedJson cpu = json.find("cpu");
        LocatedJson pids = json.find("pids");
        LocatedJson blockIo = json.find("blockIO");
        LocatedJson network = json.find("network");
        return new Resources(devices(json),
                memory == null ? Optional.empty() : Optional.of(memory(memory)),
                cpu == null ? Optional.empty() : Optional.of(cpu(cpu)),
                pids == null ? Optional.empty() : Optional.of(new Pids(pids.optionalInt64("limit"))),
                blockIo == null ? Optional.empty() : Optional.of(blockIo(blockIo)),
                hugepageLimits(json),
                network == null ? Optional.empty() : Optional.of(network(network)),
                rdma(json.find("rdma")),
                json.stringMap("unified"));
    }

    private static List<DeviceCgroup> devices(LocatedJson json) {
        List<DeviceCgroup> rules = new ArrayList<>();
        for (LocatedJson rule : json.elements("devices")) {
            rules.add(new DeviceCgroup(rule.require("allow").bool(), rule.optionalString("type"),
                    rule.optionalInt64("major"), rule.optionalInt64("minor"), rule.optionalString("access")));
        }
        return rules;
    }

    private static Memory memory(LocatedJson json) {
        return new Memory(json.optionalInt64("limit"), json.optionalInt64("reservation"), json.optionalInt64("swap"),
                json.optionalInt64("kernel"), json.optionalInt64("kernelTCP"), json.optionalUint64("swappiness"),
                json.optionalBool("disableOOMKiller"), json.optionalBool("useHierarchy"),
                json.optionalBool("checkBeforeUpdate"));
    }

    private static Cpu cpu(LocatedJson json) {
        return new Cpu(json.optionalUint64("shares"), json.optionalInt64("quota"), json.optionalUint64("burst"),
                json.optionalUint64("period"), json.optionalInt64("realtimeRuntime"),
                json.optionalUint64("realtimePeriod"), json.optionalString("cpus"), json.optionalString("mems"),
                json.optionalInt64("idle"));
    }

    private static BlockIo blockIo(LocatedJson json) {
        List<WeightDevice> weights = new ArrayList<>();
        for (LocatedJson device : json.elements("weightDevice")) {
            weights.add(new WeightDevice(number(device, "major"), number(device, "minor"),
                    device.optionalUint16("weight"), device.optionalUint16("leafWeight")));
        }
        return new BlockIo(json.optionalUint16("weight"), json.optionalUint16("leafWeight"), weights,
                throttles(json, "throttleReadBpsDevice"), throttles(json, "throttleWriteBpsDevice"),
                throttles(json, "throttleReadIOPSDevice"), throttles(json, "throttleWriteIOPSDevice"));
    }

    private static List<ThrottleDevice> throttles(LocatedJson json, String property) {
        List<ThrottleDevice> throttles = new ArrayList<>();
        for (LocatedJson device : json.elements(property)) {
            throttles.add(new ThrottleDevice(number(device, "major"), number(device, "minor"),
                    device.uint64("rate")));
        }
        return throttles;
    }

    private static long number(LocatedJson device, String property) {
        return device.require(property).integer(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static List<HugepageLimit> hugepageLimits(LocatedJson json) {
        List<HugepageLimit> limits = new ArrayList<>();
        for (LocatedJson limit : json.elements("hugepageLimits")) {
            limits.add(new HugepageLimit(limit.require("pageSize").string(), limit.require("limit").uint64()));
        }
        return limits;
    }

    private static Network network(LocatedJson json) {
        List<InterfacePriority> priorities = new ArrayList<>();
        for (LocatedJson priority : json.elements("priorities")) {
            priorities.add(new InterfacePriority(priority.require("name").string(),
                    priority.require("priority").integer(0, 0xffff_ffffL)));
        }
        return new Network(json.optionalUint32("classID"), priorities);
    }

    private static Map<String, Rdma> rdma(LocatedJson json) {
        if (json == null) {
            return Map.of();
        }
        Map<String, Rdma> limits = new LinkedHashMap<>();
        for (Map.Entry<String, LocatedJson> entry : json.properties().entrySet()) {
            LocatedJson limit = entry.getValue();
            limits.put(entry.getKey(),
                    new Rdma(limit.optionalUint32("hcaHandles"), limit.optionalUint32("hcaObjects")));
        }
        return limits;
    }
}
