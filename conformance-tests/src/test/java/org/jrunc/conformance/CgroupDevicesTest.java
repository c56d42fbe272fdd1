package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code linux.resources.devices}, beside what {@code subject.LinuxCgroupsDevicesTest} has. */
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
