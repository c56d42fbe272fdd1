package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Cgroups;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code linux.resources.devices}. */
class LinuxCgroupsDevicesTest {

    private static final Map<String, Object> DENY_ALL = Map.of("allow", false, "access", "rwm");

    @EachRuntime
    void theListHasTheRulesInTheirOrder(Cgroups.At at, Sandbox box) {
        Needs.cgroupV1();
        Bundle bundle = Cgroups.asking(box, "devices", List.of(DENY_ALL, rule("c", 10, 229, "rwm"),
                rule("b", 8, 20, "rw"), rule("b", 10, 200, "r")));
        try (Container container = Cgroups.container(box, bundle, at).started()) {
            List<String> lines = Cgroups.file(container, "devices", "devices.list").lines().toList();
            assertEquals(List.of("c 10:229 rwm", "b 8:20 rw", "b 10:200 r"), lines.subList(0, 3));
        }
    }

    @EachRuntime
    void theDefaultDevicesAreAllowed(Sandbox box) {
        if (Cgroups.areUnified()) {
            // The rules are a program that can not be read.
            Bundle bundle = box.bundle().sh("for d in null zero full random urandom tty ptmx; do "
                    + "if [ $d = tty ] || : < /dev/$d; then echo $d; fi; done");
            assertEquals("null\nzero\nfull\nrandom\nurandom\ntty\nptmx\n", box.container(bundle).run().ok().out());
            return;
        }
        try (Container container = box.container(box.bundle().idle()).started()) {
            List<String> lines = Cgroups.file(container, "devices", "devices.list").lines().toList();
            assertTrue(lines.containsAll(List.of("c *:* m", "b *:* m", "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm",
                    "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm", "c 5:2 rwm", "c 136:* rwm")), lines.toString());
        }
    }

    @EachRuntime
    void onlyWhatIsAllowedCanBeOpened(Cgroups.At at, Sandbox box) {
        String numbers = Shell.sh("cat /sys/devices/virtual/misc/loop-control/dev /sys/devices/virtual/misc/fuse/dev"
                + " 2>/dev/null | head -1");
        assumeTrue(!numbers.isEmpty(), "needs a device that everybody may open: /dev/loop-control or /dev/fuse");
        int minor = Integer.parseInt(numbers.substring(numbers.indexOf(':') + 1));
        String open = "mknod /tmp/device c 10 " + minor + " && : < /tmp/device && echo open";
        Bundle denied = box.bundle().allCapabilities().sh(open);
        assertEquals("", Cgroups.container(box, denied, at).run().out());
        Bundle allowed = box.bundle().allCapabilities().sh(open)
                .set("/linux/resources/devices", List.of(DENY_ALL, rule("c", 10, minor, "r")));
        assertEquals("open\n", Cgroups.container(box, allowed, at).run().ok().out());
    }

    private static Map<String, Object> rule(String type, int major, int minor, String access) {
        return Map.of("allow", true, "type", type, "major", major, "minor", minor, "access", access);
    }
}
