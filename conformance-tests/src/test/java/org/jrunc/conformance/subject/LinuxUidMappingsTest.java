package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code linux.uidMappings} and {@code gidMappings} (config-linux.md, User namespace mappings). */
class LinuxUidMappingsTest {

    private static final int START = 700000;

    @EachRuntime
    void theMapsAreAsConfigured(Sandbox box) {
        Bundle bundle = mapped(box)
                .set("/linux/uidMappings", List.of(map(0, START, 10), map(10, START + 100, 5)))
                .set("/linux/gidMappings", List.of(map(0, START, 20)))
                .sh("tr -s ' ' < /proc/self/uid_map; tr -s ' ' < /proc/self/gid_map");
        assertEquals(" 0 " + START + " 10\n 10 " + (START + 100) + " 5\n 0 " + START + " 20\n",
                box.run(bundle).ok().out());
    }

    @EachRuntime
    void rootInsideIsNobodyInParticularOutside(Sandbox box) {
        Bundle bundle = mapped(box).sh("id -u; id -g; touch /made; echo ready; sleep 1000");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("0\n0\nready\n");
            String outside = String.join(" ", Collections.nCopies(4, "" + START));
            assertEquals(outside, container.init().status("Uid").orElseThrow());
            assertEquals(outside, container.init().status("Gid").orElseThrow());
            assertEquals(START + ":" + START, Shell.sh("stat -c %u:%g " + bundle.rootfs() + "/made"));
        }
    }

    private static Map<String, Integer> map(int inside, int outside, int size) {
        return Map.of("containerID", inside, "hostID", outside, "size", size);
    }

    private static Bundle mapped(Sandbox box) {
        Bundle bundle = box.bundle().userNamespace(START, 65536);
        Shell.sh("chown -h " + START + ":" + START + " " + bundle.rootfs() + " " + bundle.rootfs() + "/*");
        return bundle;
    }
}
