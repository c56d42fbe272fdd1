package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Cgroups;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.Sandbox;

/** {@code linux.resources.memory}. */
class LinuxCgroupsMemoryTest {

    @EachRuntime
    void theLimitsAreSet(Cgroups.At at, Sandbox box) {
        Bundle bundle = Cgroups.asking(box, "memory", Cgroups.areUnified()
                ? Map.of("limit", 50593792, "reservation", 40960000, "swap", 60002304)
                : Map.of("limit", 50593792, "reservation", 40960000, "swap", 60002304, "swappiness", 50,
                        "disableOOMKiller", true));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            if (Cgroups.areUnified()) {
                assertEquals("50593792", file(container, "max"));
                assertEquals("40960000", file(container, "low"));
                assertEquals("9408512", file(container, "swap.max"));
                return;
            }
            assertEquals("50593792", file(container, "limit_in_bytes"));
            assertEquals("40960000", file(container, "soft_limit_in_bytes"));
            assertEquals("60002304", file(container, "memsw.limit_in_bytes"));
            assertEquals("50", file(container, "swappiness"));
            assertTrue(file(container, "oom_control").startsWith("oom_kill_disable 1"));
        }
    }

    @EachRuntime
    void theLimitOfTcpBuffersIsSet(Sandbox box) {
        Needs.cgroupV1();
        Bundle bundle = Cgroups.asking(box, "memory", Map.of("kernelTCP", 40960000));
        try (Container container = box.container(bundle).started()) {
            assertEquals("40960000", file(container, "kmem.tcp.limit_in_bytes"));
        }
    }

    @EachRuntime
    void whoTakesMoreIsKilled(Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/resources/memory", Map.of("limit", 10240000, "swap", 10240000))
                .sh("exec tail -c 50000000 /dev/zero");
        box.container(bundle).run().exits(137);
    }

    private static String file(Container container, String name) {
        return Cgroups.file(container, "memory", "memory." + name);
    }
}
