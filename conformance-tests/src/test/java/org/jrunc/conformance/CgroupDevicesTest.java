package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

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
