package org.jrunc.spec;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What {@code update} makes of a container's saved {@code config.json}. As with runc, 0, an empty string and null leave
 * most values as they are; limits of single devices, page sizes and interfaces replace those of the same one.
 *
 * @param change what is to be written into the cgroup now; without device rules, which an update never touches
 * @param config the configuration to be kept
 */
public record ResourcesUpdate(Resources change, byte[] config) {

    /** Values of which 0 means unset: section and name. {@code pids.limit}, {@code cpu.idle} and others are not. */
    private static final Set<String> UNSET_IF_ZERO = Set.of("memory/limit", "memory/reservation", "memory/swap",
            "memory/kernel", "memory/kernelTCP", "cpu/shares", "cpu/quota", "cpu/period", "cpu/realtimeRuntime",
            "cpu/realtimePeriod", "blockIO/weight", "blockIO/leafWeight", "network/classID");

    /**
     * Merges.
     *
     * @param saved the saved configuration
     * @param patch a {@code linux.resources} that messages call {@code name}
     * @throws SpecException when the patch is malformed or invalid
     */
    public static ResourcesUpdate of(byte[] saved, byte[] patch, String name) {
        LocatedJson asked = LocatedJson.parse(patch, name);
        Resources wanted = ResourcesMapper.resources(asked);
        SpecValidator.validate(wanted);
        JsonWriter json = JsonWriter.compact();
        merge(json, LocatedJson.parse(saved, "config.json"), asked);
        byte[] config = json.toBytes();
        Resources merged = SpecReader.read(config, "config.json").linux().orElseThrow().resources().orElseThrow();
        return new ResourcesUpdate(change(wanted, merged), config);
    }

    /** The whole configuration with the section linux.resources merged. */
    private static void merge(JsonWriter json, LocatedJson config, LocatedJson patch) {
        json.beginObject();
        for (String name : with(config.names(), "linux")) {
            json.name(name);
            if (!name.equals("linux")) {
                config.find(name).write(json);
                continue;
            }
            LocatedJson linux = config.find(name);
            json.beginObject();
            for (String part : with(linux == null ? List.of() : linux.names(), "resources")) {
                json.name(part);
                if (part.equals("resources")) {
                    section(json, "", linux == null ? null : linux.find(part), patch);
                } else {
                    linux.find(part).write(json);
                }
            }
            json.endObject();
        }
        json.endObject();
    }

    private static List<String> with(List<String> names, String last) {
        List<String> all = new ArrayList<>(names);
        if (!all.contains(last)) {
            all.add(last);
        }
        return all;
    }

    /** An object, member by member. {@code section} is its path from {@code resources} on. */
    private static void section(JsonWriter json, String section, LocatedJson old, LocatedJson patch) {
        Set<String> names = new LinkedHashSet<>(old == null ? List.of() : old.names());
        names.addAll(patch.names());
        json.beginObject();
        for (String name : names) {
            LocatedJson before = old == null ? null : old.find(name);
            LocatedJson now = patch.find(name);
            String path = section.isEmpty() ? name : section + "/" + name;
            if (now == null || path.equals("devices") || isUnset(path, now)) {
                if (before != null && !(path.equals("memory/swap") && liftsMemory(patch))) {
                    before.write(json.name(name));
                }
            } else if (now.kind() == LocatedJson.OBJECT) {
                section(json.name(name), path, before, now);
            } else if (now.kind() == LocatedJson.ARRAY) {
                list(json.name(name), before, now);
            } else {
                now.write(json.name(name));
            }
        }
        json.endObject();
    }

    /** Memory without a limit has swap without a limit, unless the same update says otherwise. */
    private static boolean liftsMemory(LocatedJson memory) {
        return memory.optionalInt64("limit").orElse(0) == -1;
    }

    private static boolean isUnset(String path, LocatedJson value) {
        if (value.kind() == LocatedJson.STRING) {
            return value.string().isEmpty();
        }
        return value.isZero() && UNSET_IF_ZERO.contains(path);
    }

    /** The old entries, of which those for the same object give way to the new ones. */
    private static void list(JsonWriter json, LocatedJson old, LocatedJson patch) {
        Set<String> replaced = new LinkedHashSet<>();
        for (LocatedJson entry : patch.elements()) {
            replaced.add(key(entry));
        }
        json.beginArray();
        if (old != null) {
            for (LocatedJson entry : old.elements()) {
                if (!replaced.contains(key(entry))) {
                    entry.write(json);
                }
            }
        }
        for (LocatedJson entry : patch.elements()) {
            entry.write(json);
        }
        json.endArray();
    }

    /** What an entry of a list is about: a device, a page size, an interface. */
    private static String key(LocatedJson entry) {
        return entry.optionalInt64("major").orElse(0) + ":" + entry.optionalInt64("minor").orElse(0) + " "
                + entry.optionalString("pageSize").orElse("") + " " + entry.optionalString("name").orElse("");
    }

    /** What is asked for, with the saved values that the kernel's files want to be written together with it. */
    private static Resources change(Resources wanted, Resources merged) {
        return new Resources(List.of(), wanted.memory().map(m -> memory(m, merged.memory().orElse(m))),
                wanted.cpu().map(c -> cpu(c, merged.cpu().orElse(c))), wanted.pids(), wanted.blockIO(),
                wanted.hugepageLimits(), wanted.network(), wanted.rdma(), wanted.unified());
    }

    /**
     * {@code swap} is memory and swap together. The file of cgroup v2 is about swap alone, so it changes with either of
     * them.
     */
    private static Memory memory(Memory wanted, Memory merged) {
        boolean either = isSet(wanted.swap()) || isSet(wanted.limit());
        return new Memory(either ? merged.limit() : wanted.limit(), wanted.reservation(),
                either ? merged.swap() : wanted.swap(), wanted.kernel(), wanted.kernelTCP(), wanted.swappiness(),
                wanted.disableOOMKiller(), wanted.useHierarchy(), merged.checkBeforeUpdate());
    }

    /** Quota and period are one file on cgroup v2, and a cgroup that is idle no more has lost its shares. */
    private static Cpu cpu(Cpu wanted, Cpu merged) {
        boolean bandwidth = isSet(wanted.quota()) || isSet(wanted.period());
        boolean awakened = wanted.idle().orElse(1) == 0;
        return new Cpu(isSet(wanted.shares()) || !awakened ? wanted.shares() : merged.shares(),
                bandwidth ? merged.quota() : wanted.quota(), wanted.burst(),
                bandwidth ? merged.period() : wanted.period(), wanted.realtimeRuntime(), wanted.realtimePeriod(),
                wanted.cpus(), wanted.mems(), wanted.idle());
    }

    private static boolean isSet(OptionalLong value) {
        return value.orElse(0) != 0;
    }
}
