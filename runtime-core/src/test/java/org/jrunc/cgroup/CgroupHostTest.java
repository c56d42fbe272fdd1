package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What different hosts mount. */
class CgroupHostTest {

    private static final String NOISE = """
            22 28 0:21 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
            28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            30 28 8:2 / /mnt/a\\040-\\040cgroup rw - ext4 /dev/sda2 rw
            """;

    private static final String V1 = NOISE + """
            31 22 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755
            32 31 0:27 / /sys/fs/cgroup/systemd rw,nosuid shared:10 - cgroup cgroup rw,xattr,release_agent=/x,name=systemd
            33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:14 - cgroup cgroup rw,cpu,cpuacct
            34 31 0:31 / /sys/fs/cgroup/cpuset rw,nosuid shared:15 - cgroup cgroup rw,cpuset,clone_children
            35 31 0:33 / /mnt/extra rw - cgroup cgroup rw,memory
            36 31 0:33 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            """;

    private static final String V1_CGROUP = """
            12:hugetlb:/not/mounted
            11:cpuset:/
            10:cpu,cpuacct:/user.slice
            5:memory:/user.slice/user-1000.slice/a:b
            1:name=systemd:/user.slice/user-1000.slice/session-1.scope
            """;

    @Test
    void readsAHostWithV1() {
        CgroupHost host = CgroupHost.parse(V1, V1_CGROUP);
        assertFalse(host.isUnified());
        assertFalse(host.isHybrid());
        assertEquals(List.of(new Hierarchy(List.of("cpuset"), "/sys/fs/cgroup/cpuset", "/", "/"),
                new Hierarchy(List.of("cpu", "cpuacct"), "/sys/fs/cgroup/cpu,cpuacct", "/", "/user.slice"),
                new Hierarchy(List.of("memory"), "/sys/fs/cgroup/memory", "/", "/user.slice/user-1000.slice/a:b"),
                new Hierarchy(List.of("name=systemd"), "/sys/fs/cgroup/systemd", "/",
                        "/user.slice/user-1000.slice/session-1.scope")), host.v1());
        assertTrue(host.v2().isEmpty());
    }

    @Test
    void readsAHybridHost() {
        CgroupHost host = CgroupHost.parse(V1 + "40 31 0:40 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate",
                V1_CGROUP + "0::/user.slice");
        assertTrue(host.isHybrid());
        assertFalse(host.isUnified());
        assertEquals(4, host.v1().size());
        assertEquals(new Hierarchy(List.of(), "/sys/fs/cgroup/unified", "/", "/user.slice"), host.v2().orElseThrow());
    }

    @Test
    void readsAHostWithV2() {
        CgroupHost host = CgroupHost.parse(NOISE
                + "31 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n",
                "0::/system.slice/x.service\n");
        assertTrue(host.isUnified());
        assertFalse(host.isHybrid());
        assertEquals("/system.slice/x.service", host.v2().orElseThrow().own());
    }

    @Test
    void readsAContainerWhoseMountsShowItsOwnCgroupOnly() {
        CgroupHost host = CgroupHost.parse(
                "31 22 0:26 /docker/my\\040id /sys/fs/cgroup/with\\040blank ro - cgroup cgroup rw,pids",
                "3:pids:/docker/my id\n");
        assertEquals(new Hierarchy(List.of("pids"), "/sys/fs/cgroup/with blank", "/docker/my id", "/docker/my id"),
                host.v1().getFirst());
    }

    @Test
    void readsAHostWithoutCgroups() {
        CgroupHost host = CgroupHost.parse(NOISE, "");
        assertTrue(host.v1().isEmpty() && host.v2().isEmpty());
        assertFalse(host.isUnified());
        CgroupHost broken = CgroupHost.parse(V1, "nonsense\n::\n:\n\n");
        assertTrue(broken.v1().isEmpty() && broken.v2().isEmpty());
    }

    @Test
    void readsThisHost() throws Exception {
        CgroupHost host = CgroupHost.current();
        int mounts = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            mounts += line.contains(" - cgroup") ? 1 : 0;
        }
        assertEquals(mounts, host.v1().size() + (host.v2().isPresent() ? 1 : 0));
        for (Hierarchy hierarchy : host.v1()) {
            assertTrue(Files.exists(Path.of(hierarchy.mountPoint(), "cgroup.procs")), hierarchy.toString());
        }
    }
}
