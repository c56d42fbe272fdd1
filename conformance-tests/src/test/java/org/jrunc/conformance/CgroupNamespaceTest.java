package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Cgroup namespaces: the container's cgroup is the root of what it sees. */
@ExtendWith(NothingLeftExtension.class)
class CgroupNamespaceTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.namespace("cgroup");
    }

    @Test
    void theContainersCgroupIsTheRootOfWhatItSees(Sandbox box) {
        List<String> paths = box.run(box.bundle().namespace("cgroup").sh("cut -d: -f3 /proc/self/cgroup")).ok().outLines();
        assertEquals(List.of("/"), paths.stream().distinct().toList());
        assertTrue(paths.size() > 1, paths::toString);
    }

    @Test
    void withoutANamespaceTheWholePathIsSeen(Sandbox box) {
        Container container = box.container(box.bundle().sh("cut -d: -f3 /proc/self/cgroup"));
        List<String> paths = container.run().ok().outLines();
        assertEquals(List.of("/" + container.id()), paths.stream().distinct().toList());
    }

    @Test
    void theHostSeesTheWholePath(Sandbox box) {
        try (Container container = box.container(box.bundle().namespace("cgroup").idle()).started()) {
            assertTrue(container.init().file("cgroup").lines().allMatch(l -> l.endsWith(":/" + container.id())),
                    () -> container.init().file("cgroup"));
        }
    }

    @Test
    void cgroupMountsShowNothingAboveTheContainer(Sandbox box) {
        Bundle bundle = box.bundle().namespace("cgroup")
                .sh("grep ' - cgroup' /proc/self/mountinfo | cut -d' ' -f4 | sort -u; cat /sys/fs/cgroup/pids/cgroup.procs");
        assertEquals("/\n1\n", box.run(bundle).ok().out().lines().limit(2).reduce("", (a, b) -> a + b + "\n"));
    }

    @Test
    void canBeJoinedByPath(Sandbox box) {
        // Whoever joins is in a cgroup of his own, which seen from the namespace lies beside its root.
        Namespaces.assertJoinable(box, "cgroup", true, b -> b.namespace("cgroup"), c -> { },
                b -> b.withoutMount("/sys/fs/cgroup"),
                "cut -d: -f3 /proc/self/cgroup | sed 's,/\\.\\./jt.*,/../other,' | sort -u", "/../other\n");
    }
}
