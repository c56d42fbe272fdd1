package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jrunc.spec.Spec;
import org.jrunc.spec.SpecReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalMountsTest {

    private static final Map<String, String> V1 = Map.of("cpu", "/sys/fs/cgroup/cpu,cpuacct/a/b", "pids",
            "/sys/fs/cgroup/pids/a/b", "", "/sys/fs/cgroup/unified/a/b");

    @TempDir
    private Path dir;

    private Spec spec(String namespaces) throws Exception {
        Path file = dir.resolve("config.json");
        Files.writeString(file, """
                {"ociVersion": "1.2.0", "root": {"path": "rootfs"}, "mounts": [
                  {"destination": "/proc", "type": "proc", "source": "proc"},
                  {"destination": "/etc/hosts", "type": "bind", "source": "/h/hosts", "options": ["rbind", "ro"]},
                  {"destination": "data/", "source": "data", "options": ["bind"]},
                  {"destination": "/cg", "type": "cgroup", "source": "cgroup"}],
                 "linux": {"maskedPaths": ["/proc/kcore"], "namespaces": [%s],
                  "devices": [{"path": "/dev/fuse", "type": "c", "major": 10, "minor": 229}]}}
                """.formatted(namespaces));
        return SpecReader.read(file);
    }

    @Test
    void bindMountsAreNamedByTheirDestination() throws Exception {
        ExternalMounts mounts = ExternalMounts.of(spec(""), "/bundle", V1);
        assertEquals("/h/hosts", mounts.sources().get("/etc/hosts"));
        assertEquals("/bundle/data", mounts.sources().get("/data"));
        assertNull(mounts.sources().get("/proc"));
        assertEquals(List.of("/proc/kcore"), mounts.masked());
    }

    @Test
    void devicesMayBeBindMounts() throws Exception {
        ExternalMounts mounts = ExternalMounts.of(spec(""), "/bundle", V1);
        assertEquals("/dev/fuse", mounts.sources().get("/dev/fuse"));
        assertEquals("/dev/null", mounts.sources().get(ExternalMounts.MASK));
    }

    @Test
    void hierarchiesOfVersion1AreBindMountsOfTheContainersCgroup() throws Exception {
        ExternalMounts mounts = ExternalMounts.of(spec(""), "/bundle", V1);
        assertEquals("/sys/fs/cgroup/cpu,cpuacct/a/b", mounts.sources().get("/cg/cpu,cpuacct"));
        assertEquals("/sys/fs/cgroup/pids/a/b", mounts.sources().get("/cg/pids"));
        assertFalse(mounts.sources().containsKey("/cg/unified"));
    }

    @Test
    void withACgroupNamespaceTheyAreMounted() throws Exception {
        ExternalMounts mounts = ExternalMounts.of(spec("{\"type\": \"cgroup\"}"), "/bundle", V1);
        assertFalse(mounts.sources().containsKey("/cg/pids"));
    }
}
