package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code linux.resources.memory}, beside what {@code subject.LinuxCgroupsMemoryTest} has. */
@ExtendWith(NothingLeftExtension.class)
class CgroupMemoryTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.controller("memory");
    }

    @Test
    void theContainerSeesItsLimit(Sandbox box) {
        Bundle bundle = box.bundle().namespace("cgroup").set("/linux/resources/memory/limit", 20480000)
                .sh("cat " + Cgroups.directory("memory")
                        + (Cgroups.areUnified() ? "/memory.max" : "/memory.limit_in_bytes"));
        assertEquals("20480000\n", box.run(bundle).ok().out());
    }

    @Test
    void alsoWithoutACgroupNamespaceTheContainerSeesItsLimit(Sandbox box) {
        Needs.cgroupV1();
        Bundle bundle = box.bundle().set("/linux/resources/memory/limit", 20480000)
                .sh("cat /sys/fs/cgroup/memory/memory.limit_in_bytes; cat /sys/fs/cgroup/memory/tasks | head -1");
        assertEquals("20480000\n1\n", box.run(bundle).ok().out());
    }

    @Test
    void aHookFindsInitInTheCgroup(Sandbox box) throws Exception {
        Path found = box.dir().resolve("found");
        Bundle bundle = box.bundle().args("/bin/true").hook("createRuntime",
                "cat /proc/$(sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/')/cgroup > " + found);
        Container container = box.container(bundle);
        container.run().ok();
        String line = Files.readAllLines(found).stream()
                .filter(l -> l.contains(Cgroups.either(":memory:", "0::"))).findFirst().orElseThrow();
        assertTrue(line.endsWith("/" + container.id()), line);
    }

    @Test
    void whatAMountCopiesFromTheImageIsCharged(Sandbox box) throws Exception {
        Needs.jrunc(box, "the peers say less");
        Bundle bundle = box.bundle().idle().mount("/opt", "tmpfs", "tmpfs", "tmpcopyup")
                .set("/linux/resources/memory", Map.of("limit", 4 << 20, "swap", 4 << 20));
        Files.write(bundle.rootfs().resolve("opt/large"), new byte[8 << 20]);
        box.container(bundle).create().failsWith("container init was OOM-killed (memory limit too low?): ");
    }

    @Test
    void noLimitIsMinusOne(Sandbox box) {
        try (Container container = box.container(Cgroups.asking(box, "memory", Map.of("limit", -1))).started()) {
            if (Cgroups.areUnified()) {
                assertEquals("max", file(container, "max"));
                assertEquals("max", file(container, "swap.max"));
            } else {
                assertEquals("9223372036854771712", file(container, "limit_in_bytes"));
                assertEquals("9223372036854771712", file(container, "memsw.limit_in_bytes"));
            }
        }
    }

    @Test
    void anInitThatIsKilledForItsMemorySaysSo(Sandbox box) {
        Needs.jrunc(box, "the peers say less");
        // What 32 kB are enough for is to create the container; its program then needs more, see MemoryFloorTest.
        Cgroups.refused(box, "memory", Map.of("limit", 8192)).failsWith(
                "container init was OOM-killed (memory limit too low?): /linux/resources/memory/limit is 8192,"
                        + " peak usage ");
    }

    @Test
    void halfAMegabyteIsEnoughToStart(Sandbox box) {
        Needs.jrunc(box, "runc needs 2 to 3 MB");
        // Busybox itself is mapped from the page cache, which is given back as needed.
        box.run(box.bundle().args("/bin/true").set("/linux/resources/memory/limit", 512 * 1024)).ok();
    }

    @Test
    void refusesOnV2WhatMakesNoSense(Sandbox box) {
        Needs.cgroupV2();
        Needs.jrunc(box, "the peers name no field");
        Cgroups.refused(box, "memory", Map.of("limit", 10240000, "swap", 4096)).failsWith(
                "memory+swap limit should be >= memory limit: /linux/resources/memory/swap is 4096");
        Cgroups.refused(box, "memory", Map.of("swap", 4096)).failsWith(
                "unable to set swap limit without memory limit: /linux/resources/memory/swap");
    }

    @Test
    void refusesASwapBelowTheLimit(Sandbox box) {
        Needs.cgroupV1();
        Needs.jrunc(box, "the peers name no field");
        Cgroups.refused(box, "memory", Map.of("limit", 10240000, "swap", 4096)).failsWith(
                "/linux/resources/memory/swap: write 4096 to ", "EINVAL", "can not be less than memory alone");
        Cgroups.refused(box, "memory", Map.of("swappiness", 101)).failsWith(
                "/linux/resources/memory/swappiness: invalid memory swappiness value: 101 (valid range is 0-100)");
    }

    /** Linux has nothing else since 5.11. */
    @Test
    void withoutAHierarchyItCanNotBe(Sandbox box) {
        Needs.jrunc(box, "the peers say nothing");
        Bundle bundle = Cgroups.asking(box, "memory", Map.of("useHierarchy", false));
        try (Container container = box.loggedContainer(bundle).started()) {
            assertTrue(box.warnings().stream().anyMatch(w -> w.contains("memory/useHierarchy")),
                    () -> container.id() + ": " + box.warnings());
        }
    }

    @Test
    void whatTheKernelRoundsIsInTheLog(Sandbox box) throws Exception {
        Needs.jrunc(box, "the peers do not compare");
        Path log = box.dir().resolve("log");
        OciRuntime runtime = box.runtime().withGlobals("--log", log.toString());
        Bundle bundle = box.bundle().args("/bin/true").set("/linux/resources/memory", Map.of("limit", 10240001,
                "kernel", 4096));
        bundle.set("/linux/resources/memory/swappiness", 60);
        new Container(runtime, bundle, box.newId()).run().ok();
        String text = Files.readString(log);
        assertTrue(text.contains("/linux/resources/memory/limit: asked for 10240001, the kernel made it 10240000"),
                text);
        assertTrue(text.contains("/linux/resources/memory/kernel: ignored: "), text);
        assertEquals(Cgroups.areUnified(), text.contains("/linux/resources/memory/swappiness: ignored: "), text);
    }

    private static String file(Container container, String name) {
        return Cgroups.file(container, "memory", "memory." + name);
    }
}
