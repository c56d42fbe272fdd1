package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.spec.LocatedJson;
import org.jrunc.spec.Spec;
import org.jrunc.spec.SpecException;
import org.jrunc.spec.SpecReader;
import org.jrunc.systemd.SystemdUnit;
import org.junit.jupiter.api.Test;

class StateRecordTest {

    private static final StateRecord RECORD = new StateRecord("id", 42, 4711, "2026-01-02T03:04:05.000000006Z", "/b",
            "/b/rootfs", Map.of("bundle", "/evil", "key", "a \"quoted\" value/with=all"),
            Map.of("cpu", "/sys/fs/cgroup/cpu/id", "", "/u/id"),
            true, true, "/bin/sh", false, true, true,
            Optional.of(SystemdUnit.ofSaved("user runc-id.scope")));

    private static final Spec SPEC = SpecReader.read("""
            {"ociVersion": "1.2.0", "root": {"path": "rootfs", "readonly": true}, "hostname": "host",
             "process": {"cwd": "/", "args": ["x"], "noNewPrivileges": true,
                         "capabilities": {"bounding": ["CAP_KILL"]}},
             "mounts": [{"destination": "/proc", "type": "proc", "source": "p", "options": ["ro"]}],
             "linux": {"cgroupsPath": "user.slice:runc:id",
                       "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}],
                       "namespaces": [{"type": "mount"}, {"type": "network", "path": "/run/netns/x"}]}}
            """.getBytes(StandardCharsets.UTF_8), "config.json");

    @Test
    void survivesItsFile() {
        assertEquals(RECORD, StateRecord.parse(RECORD.toJson(SPEC, "/sys/fs/resctrl/gold"), "state.json"));
    }

    @Test
    void hasTheKeysThatToolsReadFromRuncsFile() {
        LocatedJson json = LocatedJson.parse(RECORD.toJson(SPEC, "/sys/fs/resctrl/gold"), "state.json");
        assertEquals(42, json.int32("init_process_pid"));
        assertEquals("/sys/fs/cgroup/cpu/id", json.stringMap("cgroup_paths").get("cpu"));
        Map<String, String> namespaces = json.stringMap("namespace_paths");
        assertEquals("/proc/42/ns/mnt", namespaces.get("NEWNS"));
        assertEquals("/proc/42/ns/net", namespaces.get("NEWNET"));
        assertEquals(8, namespaces.size());
        assertEquals("/sys/fs/resctrl/gold", json.string("intel_rdt_path"));
        LocatedJson config = json.require("config");
        assertEquals("/b/rootfs", config.string("rootfs"));
        assertTrue(config.bool("readonlyfs") && config.bool("no_new_privileges"));
        assertEquals("host", config.string("hostname"));
        // No annotation is taken for the runtime's own label.
        assertEquals(List.of("bundle=/b"), config.strings("labels").stream().filter(l -> l.startsWith("bundle=")).toList());
        assertEquals(List.of("CAP_KILL"), config.require("capabilities").strings("Bounding"));
        assertEquals("NEWNS", config.elements("namespaces").get(0).string("type"));
        assertEquals("/run/netns/x", config.elements("namespaces").get(1).string("path"));
        assertEquals(1000, config.elements("uid_mappings").getFirst().int32("host_id"));
        LocatedJson cgroups = config.require("cgroups");
        assertEquals("id user.slice runc ", cgroups.string("name") + " " + cgroups.string("parent") + " "
                + cgroups.string("scope_prefix") + " " + cgroups.string("path"));
        assertTrue(cgroups.bool("Systemd"));
        LocatedJson saved = config.elements("mounts").getFirst();
        assertEquals(Map.of("source", "p", "destination", "/proc", "device", "proc"), Map.of("source",
                saved.string("source"), "destination", saved.string("destination"), "device", saved.string("device")));
    }

    @Test
    void refusesTheFileOfAnotherVersion() {
        byte[] other = new String(RECORD.toJson(SPEC, "/sys/fs/resctrl/gold"), StandardCharsets.UTF_8)
                .replace("\"version\":1", "\"version\":2").getBytes(StandardCharsets.UTF_8);
        String message = assertThrows(SpecException.class, () -> StateRecord.parse(other, "state.json")).getMessage();
        assertTrue(message.contains("/jrunc/version"), message);
    }
}
