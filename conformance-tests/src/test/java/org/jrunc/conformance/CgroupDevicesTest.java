package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code linux.resources.devices}: the list, and what can be opened. */
@ExtendWith(NothingLeftExtension.class)
class CgroupDevicesTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.cgroupV1();
    }

    private static final Map<String, Object> DENY_ALL = Map.of("allow", false, "access", "rwm");
    /** A device that exists and is none of the default ones: /dev/loop-control. */
    private static final String OPEN = "mknod /tmp/device c 10 237 && : < /tmp/device && echo open";

    private static Map<String, Object> rule(boolean allow, String type, int major, int minor, String access) {
        return Map.of("allow", allow, "type", type, "major", major, "minor", minor, "access", access);
    }

    @ParameterizedTest
    @EnumSource
    void theListBeginsWithTheRulesInTheirOrder(Cgroups.At at, Sandbox box) {
        Bundle bundle = Cgroups.asking(box, "devices", List.of(DENY_ALL, rule(true, "c", 10, 229, "rwm"),
                rule(true, "b", 8, 20, "rw"), rule(true, "b", 10, 200, "r")));
        if (box.runtime().kind() == OciRuntime.Kind.RUNC) {
            Needs.jrunc(box, "runc sorts the list");
        }
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            List<String> lines = Cgroups.file(container, "devices", "devices.list").lines().toList();
            assertEquals(List.of("c 10:229 rwm", "b 8:20 rw", "b 10:200 r"), lines.subList(0, 3));
            assertTrue(lines.containsAll(List.of("c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm",
                    "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm")), lines.toString());
        }
    }

    @Test
    void whatIsNotAllowedCanNotBeOpened(Sandbox box) {
        Needs.file("/sys/devices/virtual/misc/loop-control");
        Result result = box.run(box.bundle().allCapabilities().sh(OPEN));
        assertTrue(result.err().contains("Operation not permitted") && result.out().isEmpty(), result.toString());
    }

    @Test
    void whatIsAllowedCanBeOpened(Sandbox box) {
        Needs.file("/sys/devices/virtual/misc/loop-control");
        Bundle bundle = box.bundle().allCapabilities().sh(OPEN).set("/linux/resources/devices",
                List.of(DENY_ALL, rule(true, "c", 10, 237, "r")));
        assertEquals("open\n", box.run(bundle).ok().out());
    }

    @Test
    void everythingIsAllowedToAPrivilegedContainer(Sandbox box) {
        Bundle bundle = Cgroups.asking(box, "devices", List.of(DENY_ALL, Map.of("allow", true, "access", "rwm")));
        try (Container container = box.container(bundle).started()) {
            assertEquals("a *:* rwm", Cgroups.file(container, "devices", "devices.list"));
        }
    }

    @Test
    void withoutRulesOnlyTheDefaultDevicesAreAllowed(Sandbox box) {
        if (box.runtime().kind() == OciRuntime.Kind.CRUN) {
            Needs.jrunc(box, "crun leaves the list alone then");
        }
        Bundle bundle = box.bundle().remove("/linux/resources").allCapabilities().sh(OPEN);
        assertEquals("", box.run(bundle).out());
    }

    @Test
    void refusesARuleThatTheKernelWouldForget(Sandbox box) {
        Needs.jrunc(box, "crun says nothing, runc other words");
        Cgroups.refused(box, "devices", List.of(DENY_ALL, Map.of("allow", true, "type", "c", "major", 10, "access",
                "rwm"), rule(false, "c", 10, 229, "w"))).failsWith("/linux/resources/devices/2: deny c 10:229 w",
                        "cannot punch hole in existing wildcard rule [c 10:* rwm]");
    }
}
