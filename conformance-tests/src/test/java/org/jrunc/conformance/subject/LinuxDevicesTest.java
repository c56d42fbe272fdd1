package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;

/** {@code linux.devices}: nodes as configured, beside the default ones (config-linux.md, Devices). */
class LinuxDevicesTest {

    @EachRuntime({"c character", "u character", "b block", "p fifo"})
    void theNodeIsAsConfigured(String typeAndName, Sandbox box) {
        String type = typeAndName.split(" ")[0];
        Map<String, Object> device = new HashMap<>(Map.of("path", "/dev/mine", "type", type, "fileMode", 0640, "uid", 5,
                "gid", 6));
        if (!type.equals("p")) {
            device.putAll(Map.of("major", 10, "minor", 229));
        }
        Bundle bundle = box.bundle().add("/linux/devices", device).sh("stat -c '%F %t:%T %a %u %g' /dev/mine");
        String kind = typeAndName.split(" ")[1] + (type.equals("p") ? " 0:0" : " special file a:e5");
        assertEquals(kind + " 640 5 6\n", box.run(bundle).ok().out());
    }

    @EachRuntime
    void aNodeOutsideOfDevIsMadeWithItsDirectory(Sandbox box) {
        Bundle bundle = box.bundle().add("/linux/devices", Map.of("path", "/opt/deep/null", "type", "c", "major", 1,
                "minor", 3)).sh("stat -c '%F %t:%T' /opt/deep/null");
        assertEquals("character special file 1:3\n", box.run(bundle).ok().out());
    }

    @EachRuntime
    void anotherFileInItsPlaceIsAnError(Sandbox box) {
        Bundle bundle = box.bundle().idle().add("/linux/devices",
                Map.of("path", "/opt/device", "type", "c", "major", 1, "minor", 3));
        bundle.file("/opt/device", "a plain file");
        try (Container container = box.container(bundle)) {
            container.create().refused();
        }
    }
}
