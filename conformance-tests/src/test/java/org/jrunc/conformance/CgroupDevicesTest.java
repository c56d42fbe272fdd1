package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
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
        if (!Cgroups.areUnified()) {
            Needs.controller("devices");
        }
    }

    private static final Map<String, Object> DENY_ALL = Map.of("allow", false, "access", "rwm");
    /** Devices that can be opened where they exist and are none of the default ones. */
    private static final Map<String, Integer> MISC = Map.of("loop-control", 237, "fuse", 229);

    /** The minor number of one that exists; the major number is 10. */
    private static int misc() {
        return MISC.keySet().stream().filter(n -> Files.exists(Path.of("/sys/devices/virtual/misc", n)))
                .map(MISC::get).findFirst().orElseGet(() -> Assumptions.abort("needs /dev/loop-control or /dev/fuse"));
    }

    private static String open(int minor) {
        return "mknod /tmp/device c 10 " + minor + " && : < /tmp/device && echo open";
    }

    private static Map<String, Object> rule(boolean allow, String type, int major, int minor, String access) {
        return Map.of("allow", allow, "type", type, "major", major, "minor", minor, "access", access);
    }

    @ParameterizedTest
    @EnumSource
    void theListBeginsWithTheRulesInTheirOrder(Cgroups.At at, Sandbox box) {
        Needs.cgroupV1();
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
        Result result = box.run(box.bundle().allCapabilities().sh(open(misc())));
        assertTrue(result.err().contains("Operation not permitted") && result.out().isEmpty(), result.toString());
    }

    @Test
    void whatIsAllowedCanBeOpened(Sandbox box) {
        Bundle bundle = box.bundle().allCapabilities().sh(open(misc())).set("/linux/resources/devices",
                List.of(DENY_ALL, rule(true, "c", 10, misc(), "r")));
        assertEquals("open\n", box.run(bundle).ok().out());
    }

    @Test
    void everythingIsAllowedToAPrivilegedContainer(Sandbox box) {
        List<Object> everything = List.of(DENY_ALL, Map.of("allow", true, "access", "rwm"));
        assertEquals("open\n", box.run(box.bundle().allCapabilities().sh(open(misc()))
                .set("/linux/resources/devices", everything)).ok().out());
        if (Cgroups.areUnified()) {
            return;
        }
        Bundle bundle = Cgroups.asking(box, "devices", everything);
        try (Container container = box.container(bundle).started()) {
            assertEquals("a *:* rwm", Cgroups.file(container, "devices", "devices.list"));
        }
    }

    @Test
    void withoutRulesOnlyTheDefaultDevicesAreAllowed(Sandbox box) {
        if (box.runtime().kind() == OciRuntime.Kind.CRUN) {
            Needs.jrunc(box, "crun leaves the list alone then");
        }
        Bundle bundle = box.bundle().remove("/linux/resources").allCapabilities().sh(open(misc()));
        assertEquals("", box.run(bundle).out());
    }

    @Test
    void aNarrowRuleTakesAPieceOutOfAWideOne(Sandbox box) {
        Needs.cgroupV2();
        Needs.jrunc(box, "runc 1.1 refuses it on v2 as well");
        int minor = misc();
        Map<String, Object> wide = Map.of("allow", true, "type", "c", "major", 10, "access", "rwm");
        String both = ": < /tmp/device && echo read; : <> /tmp/device && echo both";
        Bundle bundle = box.bundle().allCapabilities().sh("mknod /tmp/device c 10 " + minor + "; " + both)
                .set("/linux/resources/devices", List.of(DENY_ALL, wide, rule(false, "c", 10, minor, "w")));
        // Whoever asks for both at once does not get past the rule for one of them.
        assertEquals("read\n", box.run(bundle).out());
    }

    @Test
    void oneProgramIsAttachedAndGoesWithTheCgroup(Sandbox box) {
        Needs.cgroupV2();
        Needs.tool("bpftool");
        try (Container container = box.container(box.bundle().idle()).started()) {
            List<String> lines = Shell.sh("bpftool cgroup show " + Cgroups.path(container)).lines().toList();
            assertEquals(1, lines.stream().filter(l -> l.contains("device")).count(), lines::toString);
        }
    }

    @Test
    void refusesARuleThatTheKernelWouldForget(Sandbox box) {
        Needs.cgroupV1();
        Needs.jrunc(box, "crun says nothing, runc other words");
        Cgroups.refused(box, "devices", List.of(DENY_ALL, Map.of("allow", true, "type", "c", "major", 10, "access",
                "rwm"), rule(false, "c", 10, 229, "w"))).failsWith("/linux/resources/devices/2: deny c 10:229 w",
                        "cannot punch hole in existing wildcard rule [c 10:* rwm]");
    }
}
