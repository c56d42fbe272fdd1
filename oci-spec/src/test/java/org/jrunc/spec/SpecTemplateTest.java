package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecTemplateTest {

    private static Spec read(String json) {
        return SpecReader.read(json.getBytes(StandardCharsets.UTF_8), "config.json");
    }

    private static List<String> namespaces(Spec spec) {
        List<String> types = new ArrayList<>();
        spec.linux().get().namespaces().forEach(namespace -> types.add(namespace.type().value()));
        return types;
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void theSampleIsValid(boolean rootless, boolean cgroup2) {
        assertEquals(List.of(), SpecValidator.check(read(SpecTemplate.config(rootless, 1000, 1000, cgroup2))));
    }

    @Test
    void theSampleRunsAShellWithFewPrivileges() {
        Spec spec = read(SpecTemplate.config(false, 0, 0, true));
        Process process = spec.process().get();
        assertEquals("1.3.0", spec.ociVersion());
        assertEquals(List.of("sh"), process.args());
        assertTrue(process.terminal() && process.noNewPrivileges() && spec.root().get().readonly());
        List<String> few = List.of("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE");
        assertEquals(new Capabilities(few, few, List.of(), few, List.of()), process.capabilities().get());
        assertEquals(List.of("pid", "network", "ipc", "uts", "mount", "cgroup"), namespaces(spec));
        assertEquals(7, spec.mounts().size());
    }

    @Test
    void onlyHostsWithCgroup2GetACgroupNamespace() {
        assertEquals(List.of("pid", "network", "ipc", "uts", "mount"),
                namespaces(read(SpecTemplate.config(false, 0, 0, false))));
        assertEquals(List.of("pid", "ipc", "uts", "mount", "cgroup", "user"),
                namespaces(read(SpecTemplate.config(true, 0, 0, true))));
    }

    @Test
    void rootlessMapsTheCallerAndNeedsNoPrivileges() {
        Spec spec = read(SpecTemplate.config(true, 1000, -2, false));
        Linux linux = spec.linux().get();
        assertEquals(List.of("pid", "ipc", "uts", "mount", "user"), namespaces(spec));
        assertEquals(List.of(new IdMapping(0, 1000, 1)), linux.uidMappings());
        assertEquals(List.of(new IdMapping(0, 4294967294L, 1)), linux.gidMappings(), "ids are unsigned");
        assertTrue(linux.resources().isEmpty());
        for (Mount mount : spec.mounts()) {
            assertFalse(mount.options().contains("gid=5"), mount.toString());
        }
        assertTrue(spec.mounts().get(5).options().contains("rbind"));
    }

    /** Debian's runc 1.1.5 writes an older version and, before CVE-2022-29162 got there, ambient capabilities. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void theSampleIsThatOfRuncButForNameVersionAndAmbientCapabilities(boolean rootless, @TempDir Path directory)
            throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/runc")), "runc is not installed");
        List<String> command = new ArrayList<>(List.of("/usr/sbin/runc", "spec"));
        if (rootless) {
            command.add("--rootless");
        }
        int exit = new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start().waitFor();
        assertEquals(0, exit);
        String runc = Files.readString(directory.resolve("config.json"))
                .replaceFirst("\"ociVersion\": \"[^\"]*\"", "\"ociVersion\": \"1.3.0\"")
                .replace("\"hostname\": \"runc\"", "\"hostname\": \"jrunc\"")
                .replaceFirst("(?s),\\s*\"ambient\": \\[.*?\\]", "");
        boolean cgroup2 = runc.contains("\"cgroup\"\n\t\t\t}");
        long uid = rootless ? read(runc).linux().get().uidMappings().get(0).hostID() : 0;
        long gid = rootless ? read(runc).linux().get().gidMappings().get(0).hostID() : 0;
        assertEquals(runc, SpecTemplate.config(rootless, (int) uid, (int) gid, cgroup2));
    }
}
