package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who owns a container's cgroup, in directories that stand for cgroups. */
class DelegationTest {

    private static final int OWNER = 100000;

    @TempDir
    Path top;

    @BeforeEach
    void needsRoot() {
        assumeTrue(new LibcKernel().geteuid() == 0, "needs root");
    }

    /** Makes and delegates the cgroup, with a limit and a file that is the kernel's to delegate. */
    private void make(String mount, String cgroup, OptionalInt owner) throws IOException {
        CgroupManager manager = CgroupManager.plan(CgroupHost.parse(mount, cgroup), new CgroupRequest("id",
                Optional.of("/above/id"), Optional.empty(), false, false, Map.of(), Map.of(), owner));
        manager.create();
        Files.createFile(top.resolve("above/id/cgroup.procs"));
        Files.createFile(top.resolve("above/id/pids.max"));
        manager.delegate(RuntimeLog.NONE);
    }

    private String unified() {
        return "2 1 0:2 / " + top + " rw - cgroup2 cgroup2 rw\n";
    }

    private int owner(String name) throws IOException {
        return (int) Files.getAttribute(top.resolve(name), "unix:uid");
    }

    @Test
    void theDirectoryAndTheProcessesAreTheContainersAndTheLimitsAreNot() throws IOException {
        make(unified(), "0::/\n", OptionalInt.of(OWNER));
        assertEquals(OWNER, owner("above/id"));
        assertEquals(OWNER, owner("above/id/cgroup.procs"));
        assertEquals(0, owner("above/id/pids.max"));
        assertEquals(0, owner("above"));
    }

    @Test
    void nothingIsGivenWithoutAnOwner() throws IOException {
        make(unified(), "0::/\n", OptionalInt.empty());
        assertEquals(0, owner("above/id"));
        assertEquals(0, owner("above/id/cgroup.procs"));
    }

    @Test
    void nothingIsGivenOnV1() throws IOException {
        make("2 1 0:2 / " + top + " rw - cgroup cgroup rw,pids\n", "3:pids:/\n", OptionalInt.of(OWNER));
        assertEquals(0, owner("above/id"));
        assertEquals(0, owner("above/id/cgroup.procs"));
    }
}
