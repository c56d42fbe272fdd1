package org.jrunc.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The property {@code linux} (config-linux.md). */
final class LinuxMapper {

    private LinuxMapper() {
    }

    static Linux linux(LocatedJson json) {
        LocatedJson resources = json.find("resources");
        LocatedJson seccomp = json.find("seccomp");
        LocatedJson intelRdt = json.find("intelRdt");
        LocatedJson memoryPolicy = json.find("memoryPolicy");
        LocatedJson personality = json.find("personality");
        return new Linux(idMappings(json, "uidMappings"),
                idMappings(json, "gidMappings"),
                json.stringMap("sysctl"),
                resources == null ? Optional.empty() : Optional.of(ResourcesMapper.resources(resources)),
                json.optionalString("cgroupsPath"),
                namespaces(json),
                devices(json),
                netDevices(json.find("netDevices")),
                seccomp == null ? Optional.empty() : Optional.of(new SeccompSource(seccomp)),
                json.optionalString("rootfsPropagation"),
                json.strings("maskedPaths"),
                json.strings("readonlyPaths"),
                json.optionalString("mountLabel"),
                intelRdt == null ? Optional.empty() : Optional.of(intelRdt(intelRdt)),
                memoryPolicy == null ? Optional.empty() : Optional.of(memoryPolicy(memoryPolicy)),
                personality == null ? Optional.empty() : Optional.of(personality(personality)),
                timeOffsets(json.find("timeOffsets")));
    }

    static List<IdMapping> idMappings(LocatedJson json, String property) {
        List<IdMapping> mappings = new ArrayList<>();
        for (LocatedJson mapping : json.elements(property)) {
            mappings.add(new IdMapping(mapping.require("containerID").integer(0, 0xffff_ffffL),
                    mapping.require("hostID").integer(0, 0xffff_ffffL),
                    mapping.require("size").integer(0, 0xffff_ffffL)));
        }
        return mappings;
    }

    private static List<Namespace> namespaces(LocatedJson json) {
        List<Namespace> namespaces = new ArrayList<>();
        for (LocatedJson namespace : json.elements("namespaces")) {
            namespaces.add(
                    new Namespace(namespaceType(namespace.require("type")), namespace.optionalString("path")));
        }
        return namespaces;
    }

    private static NamespaceType namespaceType(LocatedJson json) {
        String value = json.string();
        for (NamespaceType type : NamespaceType.values()) {
            if (type.value().equals(value)) {
                return type;
            }
        }
        throw json.fault("is unknown: namespace " + Text.quote(value) + " does not exist");
    }

    private static List<Device> devices(LocatedJson json) {
        List<Device> devices = new ArrayList<>();
        for (LocatedJson device : json.elements("devices")) {
            devices.add(new Device(device.require("type").string(), device.require("path").string(),
                    device.int64("major"), device.int64("minor"), device.optionalUint32("fileMode"),
                    device.optionalUint32("uid"), device.optionalUint32("gid")));
        }
        return devices;
    }

    private static Map<String, NetDevice> netDevices(LocatedJson json) {
        if (json == null) {
            return Map.of();
        }
        Map<String, NetDevice> devices = new LinkedHashMap<>();
        for (Map.Entry<String, LocatedJson> entry : json.properties().entrySet()) {
            devices.put(entry.getKey(), new NetDevice(entry.getValue().optionalString("name")));
        }
        return devices;
    }

    private static IntelRdt intelRdt(LocatedJson json) {
        return new IntelRdt(json.optionalString("closID"), json.strings("schemata"),
                json.optionalString("l3CacheSchema"), json.optionalString("memBwSchema"),
                json.bool("enableMonitoring"));
    }

    private static MemoryPolicy memoryPolicy(LocatedJson json) {
        return new MemoryPolicy(json.string("mode"), json.optionalString("nodes"), json.strings("flags"));
    }

    private static Personality personality(LocatedJson json) {
        return new Personality(json.string("domain"), json.strings("flags"));
    }

    private static Map<String, TimeOffset> timeOffsets(LocatedJson json) {
        if (json == null) {
            return Map.of();
        }
        Map<String, TimeOffset> offsets = new LinkedHashMap<>();
        for (Map.Entry<String, LocatedJson> entry : json.properties().entrySet()) {
            LocatedJson offset = entry.getValue();
            offsets.put(entry.getKey(), new TimeOffset(offset.int64("secs"), offset.uint32("nanosecs")));
        }
        return offsets;
    }
}
