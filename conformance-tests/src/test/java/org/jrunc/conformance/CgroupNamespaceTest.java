package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
        Needs.cgroupV1();
    }

    /** The paths of those hierarchies that are mounted on the host; in others nobody can make a cgroup. */
    private static List<String> paths(String cgroupFile) {
        List<String> mounted = Leftovers.cgroupMounts().stream().map(m -> m.getFileName().toString()).toList();
        return cgroupFile.lines().map(l -> l.split(":", 3))
                .filter(f -> f[1].isEmpty() || mounted.contains(f[1].replace("name=", ""))).map(f -> f[2]).distinct()
                .toList();
    }

    @Test
    void theContainersCgroupIsTheRootOfWhatItSees(Sandbox box) {
        String inside = box.run(box.bundle().namespace("cgroup").args("cat", "/proc/self/cgroup")).ok().out();
        assertEquals(List.of("/"), paths(inside));
    }

    @Test
    void withoutANamespaceTheWholePathIsSeen(Sandbox box) {
        Container container = box.container(box.bundle().args("cat", "/proc/self/cgroup"));
        assertEquals(List.of("/" + container.id()), paths(container.run().ok().out()));
    }

    @Test
    void theHostSeesTheWholePath(Sandbox box) {
        try (Container container = box.container(box.bundle().namespace("cgroup").idle()).started()) {
            assertEquals(List.of("/" + container.id()), paths(container.init().file("cgroup")));
        }
    }

    @Test
    void cgroupMountsShowNothingAboveTheContainer(Sandbox box) {
        Bundle bundle = box.bundle().namespace("cgroup")
                .sh("grep ' - cgroup' /proc/self/mountinfo | cut -d' ' -f4 | sort -u;"
                        + " cat /sys/fs/cgroup/pids/cgroup.procs");
        assertEquals("/\n1\n", box.run(bundle).ok().out().lines().limit(2).reduce("", (a, b) -> a + b + "\n"));
    }

    @Test
    void canBeJoinedByPath(Sandbox box) {
        // Whoever joins is in a cgroup of his own, which seen from the namespace lies beside its root.
        Namespaces.assertJoinable(box, "cgroup", true, b -> b.namespace("cgroup"), c -> { },
                b -> b.withoutMount("/sys/fs/cgroup"),
                "grep :pids: /proc/self/cgroup | cut -d: -f3 | sed 's,/\\.\\./jt.*,/../other,'", "/../other\n");
    }
}
