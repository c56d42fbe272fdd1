package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Pids;
import org.jrunc.spec.Resources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A caller without permission for cgroups: setfsuid(2) takes the permissions for files from this thread alone, and
 * gives them back.
 */
class RootlessCgroupTest {

    private static final int NOBODY = 65534;

    private final LibcKernel libc = new LibcKernel();

    @BeforeEach
    void becomeNobody() {
        assumeTrue(libc.geteuid() == 0, "needs root");
        fsuid(NOBODY);
    }

    @AfterEach
    void becomeRoot() {
        fsuid(0);
    }

    private void fsuid(int uid) {
        libc.invoke(Syscall.SETFSUID, Arg.of(uid));
    }

    private static CgroupManager plan(Optional<String> path, Optional<Resources> resources, boolean rootless) {
        return CgroupManager.plan(CgroupHost.current(), new CgroupRequest("jrunc-test-rootless", path, resources,
                false, rootless));
    }

    private static Optional<Resources> pids() {
        return Optional.of(new Resources(List.of(), Optional.empty(), Optional.empty(),
                Optional.of(new Pids(OptionalLong.of(10))), Optional.empty(), List.of(), Optional.empty(), Map.of(),
                Map.of()));
    }

    private static String failure(CgroupManager manager) {
        return assertThrows(RuntimeFailure.class, manager::create).getMessage();
    }

    @Test
    void goesWithoutACgroupWhenNothingWasAskedFor() {
        CgroupManager manager = plan(Optional.empty(), Optional.of(FileCgroupTest.noLimits()), true);
        assertEquals(List.of(), manager.create());
        assertEquals(Map.of(), manager.paths());
        manager.join((int) ProcessHandle.current().pid());
        assertTrue(manager.cloneInto().isEmpty());
        assertEquals(List.of(), manager.processes());
        assertFalse(manager.isFrozen());
        assertTrue(manager.isEmpty());
        manager.remove();
        assertThrows(RuntimeFailure.class, manager::freeze);
        assertEquals(Map.of(), CgroupManager.of(Map.of()).paths());
        CgroupManager.of(Map.of()).remove();
    }

    @Test
    void failsWhenAPathWasAskedFor() {
        String text = failure(plan(Optional.of("/jrunc-test-x"), Optional.empty(), true));
        assertTrue(text.startsWith("unable to apply cgroup configuration: mkdir /"), text);
        assertTrue(text.endsWith("/jrunc-test-x: EACCES"), text);
    }

    @Test
    void failsWhenLimitsWereAskedFor() {
        String text = failure(plan(Optional.empty(), pids(), true));
        assertTrue(text.startsWith("unable to apply cgroup configuration: rootless needs no limits + no cgrouppath when"
                + " no permission is granted for cgroups: mkdir /"), text);
        assertTrue(text.endsWith(": EACCES"), text);
    }

    @Test
    void failsForRoot() {
        assertTrue(failure(plan(Optional.empty(), Optional.empty(), false))
                .startsWith("unable to apply cgroup configuration: mkdir "));
    }

    @Test
    void keepsTheHierarchiesThatArePermitted(@TempDir Path dir) throws Exception {
        fsuid(0);
        for (String name : List.of("", "pids", "memory", "unified")) {
            Path directory = Files.createDirectories(dir.resolve(name));
            Files.setPosixFilePermissions(directory,
                    PosixFilePermissions.fromString(name.equals("memory") ? "rwxr-xr-x" : "rwxrwxrwx"));
        }
        CgroupHost host = CgroupHost.parse("1 1 0:1 / " + dir + "/pids rw - cgroup cgroup rw,pids\n1 1 0:1 / " + dir
                + "/memory rw - cgroup cgroup rw,memory\n2 1 0:2 / " + dir + "/unified rw - cgroup2 cgroup2 rw\n",
                "2:memory:/\n1:pids:/\n0::/\n");
        fsuid(NOBODY);
        CgroupManager manager = CgroupManager.plan(host, new CgroupRequest("id", Optional.empty(), Optional.empty(),
                false, true));
        assertEquals(List.of(dir + "/pids/id", dir + "/unified/id"), manager.create());
        assertEquals(Map.of("pids", dir + "/pids/id", "", dir + "/unified/id"), manager.paths());
    }

    @Test
    void saysThatSystemdComesLater() {
        CgroupRequest request = new CgroupRequest("id", Optional.of("a:b:c"), Optional.empty(), true, false);
        assertTrue(assertThrows(RuntimeFailure.class, () -> CgroupManager.plan(CgroupHost.current(), request))
                .getMessage().startsWith("--systemd-cgroup: "));
    }

    @Test
    void saysThatAHostHasNoCgroups() {
        CgroupRequest request = new CgroupRequest("id", Optional.empty(), Optional.empty(), false, false);
        assertTrue(assertThrows(RuntimeFailure.class, () -> CgroupManager.plan(CgroupHost.parse("", ""), request))
                .getMessage().startsWith("no cgroup file system is mounted"));
    }
}
