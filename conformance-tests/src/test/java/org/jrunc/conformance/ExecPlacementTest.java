package org.jrunc.conformance;

import static org.jrunc.conformance.ExecTest.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the process of an {@code exec} is: namespaces, root, cgroups, processors. */
@ExtendWith(NothingLeftExtension.class)
class ExecPlacementTest {
    private static final String NAMESPACES = "cd /proc/%s/ns; for n in cgroup ipc mnt net pid user uts; do"
            + " readlink $n; done";

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    static Stream<Arguments> namespaces() {
        return Stream.of(
                variant("the default", b -> { }),
                variant("a cgroup and a user namespace", b -> {
                    b.namespace("cgroup").userNamespace(700000, 65536);
                    Shell.sh("chown -h 700000:700000 " + b.rootfs() + " " + b.rootfs() + "/*");
                }),
                variant("the host's network, processes and queues", b -> b.withoutNamespace("pid")
                        .withoutNamespace("network").withoutNamespace("ipc").withoutMount("/dev/mqueue")));
    }

    private static Arguments variant(String name, Consumer<Bundle> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("namespaces")
    void isInTheNamespacesAndTheRootOfInit(String name, Consumer<Bundle> change, Sandbox box) {
        Bundle bundle = box.bundle().idle();
        change.accept(bundle);
        try (Container container = box.container(bundle).started()) {
            String expected = Shell.sh(NAMESPACES.formatted(container.init().pid()));
            assertEquals(expected + "\n", container.execSh(NAMESPACES.formatted("self")));
            assertTrue(container.execSh("ls /").contains("busybox") || container.execSh("ls /bin").contains("busybox"));
        }
    }

    @Test
    void isInTheTimeNamespaceOfInit(Sandbox box) {
        Needs.namespace("time");
        Bundle bundle = box.bundle().idle().namespace("time").set("/linux/timeOffsets",
                Map.of("monotonic", Map.of("secs", 777, "nanosecs", 0)));
        try (Container container = box.container(bundle).started()) {
            assertEquals(Shell.sh("readlink /proc/" + container.init().pid() + "/ns/time") + "\n",
                    container.execSh("readlink /proc/self/ns/time"));
        }
    }

    @Test
    void withoutAMountNamespaceTheRootIsInitsAllTheSame(Sandbox box) {
        Needs.jrunc(box, "runc's exec is in the host's root then");
        Bundle bundle = box.bundle().idle().withoutNamespace("mount").set("/mounts", List.of())
                .remove("/linux/maskedPaths").remove("/linux/readonlyPaths");
        bundle.file("/here", "");
        try (Container container = box.container(bundle).started()) {
            assertEquals("here\n", container.execSh("cd /..; ls here"));
        }
    }

    @Test
    void isInTheCgroupsOfInit(Sandbox box) {
        try (Container container = running(box)) {
            assertEquals(container.init().file("cgroup"), container.execSh("cat /proc/self/cgroup"));
        }
    }

    @Test
    void subCgroupsArePerControllerOnV1(Sandbox box) {
        Needs.cgroupV1();
        try (Container container = running(box)) {
            String cpu = Cgroups.path(container, "cpu");
            Shell.sh("mkdir " + cpu + "/below");
            String path = container.execWith(List.of("--cgroup", "cpu:below"), "grep", "-E", ":(cpu|memory):",
                    "/proc/self/cgroup").run().ok().out().replaceAll("(?m)^\\d+:", "");
            String id = container.id();
            assertTrue(path.contains("cpu:/" + id + "/below\n"), path);
            assertTrue(path.contains("memory:/" + id + "\n"), path);
            assertTrue(container.execWith(List.of("--cgroup", "cpu:/"), "cat", "/proc/self/cgroup").run().ok().out()
                    .contains(":cpu:/" + id + "\n"));
            container.execWith(List.of("--cgroup", "below"), "true").run().exits(255);
        }
    }

    @Test
    void subCgroupsOfV2(Sandbox box) {
        Needs.cgroupV2();
        try (Container container = running(box)) {
            Shell.sh("mkdir " + Cgroups.path(container) + "/below");
            String below = container.init().file("cgroup").strip() + "/below\n";
            for (String path : List.of("below", "/below", "/x/../below")) {
                assertEquals(below, container.execWith(List.of("--cgroup", path), "cat", "/proc/self/cgroup").run()
                        .ok().out());
            }
            container.execWith(List.of("--cgroup", "nowhere"), "true").run().exits(255);
            container.execWith(List.of("--cgroup", "../x"), "true").run().exits(255);
        }
    }

    /** Where controllers are handed down there may be no process on v2, so the one of exec goes where init went. */
    @Test
    void joinsTheCgroupThatTheContainerMovedTo(Sandbox box) {
        Needs.cgroupV2();
        try (Container container = running(box)) {
            String own = Cgroups.path(container).toString();
            Shell.sh("cd " + own + " && mkdir leaf && for p in $(cat cgroup.procs); do echo $p > leaf/cgroup.procs;"
                    + " done && echo +pids > cgroup.subtree_control");
            assertEquals(container.init().file("cgroup"), container.exec("cat", "/proc/self/cgroup").ok().out());
        }
    }

    @ParameterizedTest
    @CsvSource({"0, '', 0", "'', 1, 1", "1, 0, 0"})
    void runsOnTheCpusOfItsAffinity(String initial, String last, String expected, Sandbox box) {
        Needs.jrunc(box, "runc of Debian 12 knows no execCPUAffinity");
        org.junit.jupiter.api.Assumptions.assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two CPUs");
        boolean kept = !Shell.sh("uname -r").matches("[1-5]\\..*|6\\.[01]\\..*");
        org.junit.jupiter.api.Assumptions.assumeTrue(kept || !last.isEmpty(),
                "needs Linux 6.2: until then who enters a cpuset gets all its CPUs");
        Bundle bundle = box.bundle().idle().set("/process/execCPUAffinity", Map.of("initial", initial, "final", last));
        try (Container container = box.container(bundle).started()) {
            assertEquals("Cpus_allowed_list:\t" + expected + "\n",
                    container.exec("grep", "Cpus_allowed_list", "/proc/self/status").ok().out());
        }
    }

    @Test
    void theAffinityOfTheCallerIsNotInherited(Sandbox box) {
        Needs.jrunc(box, "runc resets it since 1.3.1");
        try (Container container = running(box)) {
            String all = Shell.sh("grep Cpus_allowed_list /proc/" + container.init().pid() + "/status");
            assertEquals(all + "\n", container.execWith(List.of(), "grep", "Cpus_allowed_list", "/proc/self/status")
                    .prefixedWith("taskset", "1").run().ok().out());
        }
    }
}
