package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code linux.resources.memory}: set, seen from inside, kept. */
@ExtendWith(NothingLeftExtension.class)
class CgroupMemoryTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.controller("memory");
    }

    @ParameterizedTest
    @EnumSource
    void everyLimitIsSet(Cgroups.At at, Sandbox box) {
        Needs.cgroupV1();
        Bundle bundle = Cgroups.asking(box, "memory", Map.of("limit", 50593792, "reservation", 40960000, "swap",
                60002304, "swappiness", 50, "disableOOMKiller", true));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            assertEquals("50593792", file(container, "limit_in_bytes"));
            assertEquals("40960000", file(container, "soft_limit_in_bytes"));
            assertEquals("60002304", file(container, "memsw.limit_in_bytes"));
            assertEquals("50", file(container, "swappiness"));
            assertTrue(file(container, "oom_control").startsWith("oom_kill_disable 1"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyLimitIsSetInTheTermsOfV2(Cgroups.At at, Sandbox box) {
        Needs.cgroupV2();
        Bundle bundle = Cgroups.asking(box, "memory", Map.of("limit", 50593792, "reservation", 40960000, "swap",
                60002304));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            assertEquals("50593792", file(container, "max"));
            assertEquals("40960000", file(container, "low"));
            // Swap alone, where the configuration has both together.
            assertEquals("" + (60002304 - 50593792), file(container, "swap.max"));
        }
    }

    private static String file(Container container, String name) {
        return Cgroups.file(container, "memory", "memory." + name);
    }

    @Test
    void theLimitOfTcpBuffersIsSet(Sandbox box) {
        Needs.cgroupV1();
        Needs.jrunc(box, "runc ignores it");
        try (Container container = box.container(Cgroups.asking(box, "memory", Map.of("kernelTCP", 40960000)))
                .started()) {
            assertEquals("40960000", file(container, "kmem.tcp.limit_in_bytes"));
        }
    }

    @Test
    void theContainerSeesItsLimit(Sandbox box) {
        Bundle bundle = box.bundle().namespace("cgroup").set("/linux/resources/memory/limit", 20480000)
                .sh("cat " + Cgroups.directory("memory")
                        + (Cgroups.areUnified() ? "/memory.max" : "/memory.limit_in_bytes"));
        assertEquals("20480000\n", box.run(bundle).ok().out());
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
        Cgroups.refused(box, "memory", Map.of("limit", 65536)).failsWith(
                "container init was OOM-killed (memory limit too low?): /linux/resources/memory/limit is 65536,"
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
                    box.warnings().toString());
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
}
