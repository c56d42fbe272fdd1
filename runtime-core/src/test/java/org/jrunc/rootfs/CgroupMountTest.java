package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.*;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CgroupMountTest extends RealMounts {

    private static final Path PIDS = Path.of("/sys/fs/cgroup/pids");
    private final List<Path> made = new ArrayList<>();

    @AfterEach
    void remove() throws IOException {
        if (container != null) {
            container.close();
            container = null;
        }
        for (Path path : made.reversed()) {
            Files.deleteIfExists(path);
        }
    }

    /** Puts init into a cgroup of its own of one hierarchy of version 1. */
    private void enter(TestContainer one) throws IOException {
        Path cgroup = Files.createDirectories(PIDS.resolve("jrunc-rootfs-test-" + one.init().pid()));
        made.add(cgroup);
        Files.writeString(cgroup.resolve("cgroup.procs"), one.init().pid() + "\n");
    }

    private static void assumeVersion1() {
        assumeTrue(Files.isDirectory(PIDS.resolve("..").resolve("memory").normalize()) && Files.isDirectory(PIDS),
                "this host has no cgroup v1 hierarchies");
    }

    @Test
    void eachHierarchyShowsTheContainersOwnDirectory() throws IOException {
        assumeVersion1();
        plain().mount("sysfs", "sysfs", "/sys", "ro").mount("cgroup", "cgroup", "/sys/fs/cgroup", "nosuid", "noexec",
                "nodev", "relatime", "ro");
        enter(container);
        container.build();
        String name = "/jrunc-rootfs-test-" + container.init().pid();
        assertTrue(container.mountAt("/sys/fs/cgroup/pids").contains(" " + name + " /sys/fs/cgroup/pids "),
                container.mountAt("/sys/fs/cgroup/pids"));
        assertTrue(container.optionsAt("/sys/fs/cgroup/pids").startsWith("ro,nosuid,nodev,noexec"));
        assertTrue(container.optionsAt("/sys/fs/cgroup").startsWith("ro,nosuid,nodev,noexec"),
                container.optionsAt("/sys/fs/cgroup"));
        assertTrue(container.optionsAt("/sys/fs/cgroup").contains("mode=755"));
        assertEquals(String.valueOf(container.init().pid()),
                Files.readString(container.path("/sys/fs/cgroup/pids/cgroup.procs")).strip());
        assertTrue(Files.isDirectory(container.path("/sys/fs/cgroup/systemd")));
    }

    @Test
    void writableOnlyWhenNotAskedToBeReadOnly() {
        assumeVersion1();
        plain().mount("tmpfs", "t", "/sys").mount("cgroup", "cgroup", "/sys/fs/cgroup", "nosuid", "noexec", "nodev");
        container.build();
        assertTrue(container.optionsAt("/sys/fs/cgroup").startsWith("rw,"));
        assertTrue(container.optionsAt("/sys/fs/cgroup/memory").startsWith("rw,nosuid,nodev,noexec"));
    }

    @Test
    void anOwnCgroupNamespaceHasItsCgroupAsRoot() throws IOException {
        assumeVersion1();
        container = TestContainer.in(dir, TestContainer.ALL);
        enter(container);
        container.kernel().unshare(TestContainer.CLONE_NEWCGROUP);
        container.spec().namespaces.add(new org.jrunc.spec.Namespace(org.jrunc.spec.NamespaceType.CGROUP,
                java.util.Optional.empty()));
        container.mount("tmpfs", "tmpfs", "/dev").mount("sysfs", "sysfs", "/sys", "ro")
                .mount("cgroup", "cgroup", "/sys/fs/cgroup", "ro").build();
        // Only init itself is in the cgroup that the mount shows.
        assertEquals(String.valueOf(container.init().pid()),
                Files.readString(container.path("/sys/fs/cgroup/pids/cgroup.procs")).strip());
        assertTrue(container.mountAt("/sys/fs/cgroup/pids").endsWith("pids"), container.mountAt("/sys/fs/cgroup/pids"));
        assertTrue(container.mountAt("/sys/fs/cgroup/systemd").contains("name=systemd"));
        assertTrue(container.optionsAt("/sys/fs/cgroup/pids").startsWith("ro,"));
    }

    @Test
    void inAUserNamespaceBothWaysWork() throws IOException {
        assumeVersion1();
        for (long own : new long[] {0, TestContainer.CLONE_NEWCGROUP}) {
            container = TestContainer.in(dir.resolve("own" + own), TestContainer.ALL | TestContainer.CLONE_NEWUSER
                    | own).mount("tmpfs", "tmpfs", "/dev").mount("sysfs", "sysfs", "/sys", "ro")
                    .mount("cgroup", "cgroup", "/sys/fs/cgroup", "ro", "rprivate").build();
            assertTrue(container.optionsAt("/sys/fs/cgroup/pids").startsWith("ro,"),
                    container.mountInfo().toString());
            container.close();
            container = null;
        }
    }

    @Test
    void version2IsOneMount() {
        plain().mount("cgroup2", "cgroup2", "/cg", "nosuid", "ro").build();
        assertTrue(container.mountAt("/cg").contains(" - cgroup2 cgroup2 "), container.mountAt("/cg"));
        assertTrue(container.optionsAt("/cg").startsWith("ro,nosuid,"));
    }

    @Test
    void onAHostWithVersion2TheTypeCgroupMeansThat() {
        plain().mount("cgroup", "cgroup", "/sys/fs/cgroup", "ro", "nosuid");
        container.kernel().mount("none", "/sys/fs/cgroup", "cgroup2", 0, "");
        container.build();
        assertTrue(container.mountAt("/sys/fs/cgroup").contains(" - cgroup2 cgroup "),
                container.mountAt("/sys/fs/cgroup"));
        assertTrue(container.optionsAt("/sys/fs/cgroup").startsWith("ro,nosuid,"));
    }

    @Test
    void inAUserNamespaceVersion2IsTheHostsWhenANewOneIsRefused() {
        // The user namespace is made after the "host" got its version 2.
        container = TestContainer.hostWith(dir, libc -> libc.mount("none", "/sys/fs/cgroup", "cgroup2", 0, ""),
                TestContainer.ALL | TestContainer.CLONE_NEWUSER);
        container.mount("tmpfs", "tmpfs", "/dev").mount("cgroup", "cgroup", "/sys/fs/cgroup", "ro", "nosuid").build();
        assertTrue(container.mountAt("/sys/fs/cgroup").contains(" - cgroup2 "), container.mountAt("/sys/fs/cgroup"));
        assertTrue(container.optionsAt("/sys/fs/cgroup").startsWith("ro,nosuid"),
                container.optionsAt("/sys/fs/cgroup"));
    }
}
