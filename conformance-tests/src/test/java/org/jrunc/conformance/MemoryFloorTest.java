package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The smallest {@code linux.resources.memory.limit} under which a container with a static {@code /bin/true} runs. What
 * a runtime needs to make a container counts as far as it is charged to the container's cgroup.
 */
@ExtendWith(NothingLeftExtension.class)
class MemoryFloorTest {

    private static final int STEP = 16;
    private static final int MOST = 1024;

    /** Or crun refuses to work: it wants every controller of version 1 that there is. */
    @AutoClose
    private static Cgroups.Mounted mounted;

    @BeforeAll
    static void needs() {
        Needs.root();
        mounted = Cgroups.Mounted.of("hugetlb");
        Needs.controller("memory");
        Needs.tool("crun");
    }

    @Test
    void isNotAboveCruns(Sandbox box) {
        compare(box, box.bundle());
    }

    @Test
    void isNotAboveCrunsInACgroupNamespace(Sandbox box) {
        Needs.namespace("cgroup");
        compare(box, box.bundle().namespace("cgroup"));
    }

    private static void compare(Sandbox box, Bundle bundle) {
        Needs.jrunc(box, "the aim is jrunc's");
        bundle.args("/bin/true").set("/linux/cgroupsPath", "/" + box.newId());
        OciRuntime peer = box.runtime(Path.of(Shell.sh("command -v crun")));
        Needs.working(box, peer);
        int jrunc = floor(box, box.runtime(), bundle);
        int crun = floor(box, peer, bundle);
        System.out.println("smallest memory limit in kB, in steps of " + STEP + ": jrunc " + jrunc + ", crun " + crun);
        assertTrue(jrunc <= crun, "smallest memory limit in kB: jrunc " + jrunc + ", crun " + crun);
    }

    /**
     * In kB. The limit rises, for it is not sure that what runs with a limit runs with any larger one: from 256 kB on
     * the kernel charges 64 pages at once, and has to get back what the other processor has not used of them.
     */
    private static int floor(Sandbox box, OciRuntime runtime, Bundle bundle) {
        for (int limit = STEP; limit <= MOST; limit += STEP) {
            bundle.set("/linux/resources/memory/limit", limit * 1024);
            if (runs(box, runtime, bundle) && runs(box, runtime, bundle)) {
                return limit;
            }
        }
        throw new AssertionError(runtime.executable() + " runs nothing in " + MOST + " kB");
    }

    private static boolean runs(Sandbox box, OciRuntime runtime, Bundle bundle) {
        try (Container container = new Container(runtime, bundle, box.newId())) {
            return container.run().exit() == 0;
        }
    }
}
