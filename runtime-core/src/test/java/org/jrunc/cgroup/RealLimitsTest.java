package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits of a real v1 cgroup that are changed: the kernel takes some of them in one order only. */
@Timeout(60)
class RealLimitsTest {

    @TempDir
    Path top;

    private CgroupManager cgroup;
    private List<String> planned = List.of();

    @BeforeEach
    void make() {
        assumeTrue(new LibcKernel().geteuid() == 0, "needs root");
        assumeTrue(Files.exists(Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes")), "needs cgroup v1");
        cgroup = CgroupManager.plan(CgroupHost.current(), new CgroupRequest("id",
                Optional.of("/jrunc-limits-" + ProcessHandle.current().pid()), Optional.empty(), false, false));
        planned = cgroup.plannedDirectories();
        cgroup.create();
    }

    @AfterEach
    void remove() {
        CgroupManager.undo(planned);
    }

    private void set(String json) throws IOException {
        cgroup.limit(LimitsTest.resources(top, json), RuntimeLog.NONE);
    }

    private String file(String controller, String name) {
        return CgroupFiles.value(cgroup.paths().get(controller) + "/" + name);
    }

    private void memory(String limit, String swap) {
        assertEquals(limit, file("memory", "memory.limit_in_bytes"));
        assertEquals(swap, file("memory", "memory.memsw.limit_in_bytes"));
    }

    @Test
    void memoryAndSwapAreRaisedAndLowered() throws IOException {
        set("'memory':{'limit':8192000,'swap':16384000}");
        memory("8192000", "16384000");
        set("'memory':{'limit':40960000,'swap':40960000}");
        memory("40960000", "40960000");
        set("'memory':{'limit':4096000,'swap':8192000}");
        memory("4096000", "8192000");
        set("'memory':{'limit':-1}");
        memory("9223372036854771712", "9223372036854771712");
    }

    @Test
    void periodAndBurstFollowTheQuota() throws IOException {
        set("'cpu':{'quota':500000,'period':1000000,'burst':100000}");
        set("'cpu':{'quota':2000,'period':10000,'burst':1000}");
        assertEquals("2000", file("cpu", "cpu.cfs_quota_us"));
        assertEquals("10000", file("cpu", "cpu.cfs_period_us"));
        set("'cpu':{'quota':500000,'period':1000000,'burst':400000}");
        assertEquals("400000", file("cpu", "cpu.cfs_burst_us"));
    }

    @Test
    void aRefusalIsOneLineWithEverythingInIt() {
        String text = assertThrows(RuntimeFailure.class, () -> set("'cpu':{'mems':'63'}")).getMessage();
        assertTrue(text.startsWith("unable to apply cgroup configuration: /linux/resources/cpu/mems: write 63 to "
                + cgroup.paths().get("cpuset") + "/cpuset.mems: E"), text);
        assertTrue(text.contains("only what the cgroup above has can be given: 0"), text);
    }

    @Test
    void deviceRulesCanBeSetAgain() throws IOException {
        cgroup.allowDevices(LimitsTest.resources(top, "'devices':[{'allow':true,'access':'rwm'}]"), RuntimeLog.NONE);
        assertEquals("a *:* rwm", file("devices", "devices.list"));
        cgroup.allowDevices(LimitsTest.resources(top, "'devices':[{'allow':false,'access':'rwm'},{'allow':true,"
                + "'type':'c','major':10,'minor':229,'access':'rwm'},{'allow':false,'type':'c','major':10,"
                + "'access':'w'}]"), RuntimeLog.NONE);
        assertTrue(file("devices", "devices.list").startsWith("c 10:229 rm\nc *:* m\n"), file("devices",
                "devices.list"));
    }
}
