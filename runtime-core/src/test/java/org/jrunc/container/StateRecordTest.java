package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.spec.LocatedJson;
import org.jrunc.spec.Mount;
import org.jrunc.spec.SpecException;
import org.jrunc.systemd.SystemdUnit;
import org.junit.jupiter.api.Test;

class StateRecordTest {

    private static final StateRecord RECORD = new StateRecord("id", 42, 4711, "2026-01-02T03:04:05.000000006Z", "/b",
            "/b/rootfs", Map.of("key", "a \"quoted\" value/with=all"),
            Map.of("cpu", "/sys/fs/cgroup/cpu/id", "", "/u/id"),
            true, true, "/bin/sh", false, true, true,
            Optional.of(SystemdUnit.ofSaved("user runc-id.scope")));

    @Test
    void survivesItsFile() {
        assertEquals(RECORD, StateRecord.parse(RECORD.toJson(List.of()), "state.json"));
    }

    @Test
    void hasTheKeysThatToolsReadFromRuncsFile() {
        Mount mount = new Mount("/proc", Optional.of("proc"), Optional.of("p"), List.of("ro"), List.of(), List.of());
        LocatedJson json = LocatedJson.parse(RECORD.toJson(List.of(mount)), "state.json");
        assertEquals(42, json.int32("init_process_pid"));
        assertEquals("/sys/fs/cgroup/cpu/id", json.stringMap("cgroup_paths").get("cpu"));
        Map<String, String> namespaces = json.stringMap("namespace_paths");
        assertEquals("/proc/42/ns/mnt", namespaces.get("NEWNS"));
        assertEquals("/proc/42/ns/net", namespaces.get("NEWNET"));
        assertEquals(8, namespaces.size());
        assertTrue(json.require("config").strings("labels").contains("bundle=/b"));
        LocatedJson saved = json.require("config").elements("mounts").getFirst();
        assertEquals(Map.of("source", "p", "destination", "/proc", "device", "proc"), Map.of("source",
                saved.string("source"), "destination", saved.string("destination"), "device", saved.string("device")));
    }

    @Test
    void refusesTheFileOfAnotherVersion() {
        byte[] other = new String(RECORD.toJson(List.of()), StandardCharsets.UTF_8)
                .replace("\"version\":1", "\"version\":2").getBytes(StandardCharsets.UTF_8);
        String message = assertThrows(SpecException.class, () -> StateRecord.parse(other, "state.json")).getMessage();
        assertTrue(message.contains("/jrunc/version"), message);
    }
}
