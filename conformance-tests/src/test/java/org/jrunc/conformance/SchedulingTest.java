package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scheduler, I/O priority, processors, memory policy and execution domain of the container's process. */
@ExtendWith(NothingLeftExtension.class)
class SchedulingTest {

    private static final int SCHED_FIFO = 1;
    private static final int SCHED_RR = 2;

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /**
     * With cgroup v1 and RT_GROUP_SCHED a new cgroup has no time for real-time processes (sched(7)). A caller who wants
     * some prepares the cgroup, as this does.
     */
    private static void giveRealTimeBudget(Container container) {
        if (Files.exists(Path.of("/sys/fs/cgroup/cpu/cpu.rt_runtime_us"))) {
            String cgroup = "/sys/fs/cgroup/cpu/" + container.id();
            Shell.sh("mkdir " + cgroup + " && echo 10000 > " + cgroup + "/cpu.rt_runtime_us");
        } else {
            Needs.tool("chrt");
            assumeTrue(Shell.attempt("chrt -f 1 true").exit() == 0, "this machine allows no real-time processes");
        }
    }

    @ParameterizedTest
    @CsvSource({"SCHED_OTHER, 5, 0, 0", "SCHED_BATCH, -3, 0, 3", "SCHED_IDLE, 0, 0, 5", "SCHED_FIFO, 0, 12, 1",
            "SCHED_RR, 0, 7, 2"})
    void theSchedulerIsAsConfigured(String policy, int nice, int priority, int number, Sandbox box) {
        // Fields of stat after the command name: 18 nice, 41 policy, 40 real-time priority.
        Bundle bundle = box.bundle().set("/process/scheduler",
                Map.of("policy", policy, "nice", nice, "priority", priority))
                .sh("cut -d' ' -f19,40,41 /proc/1/stat");
        Container container = box.container(bundle);
        if (number == SCHED_FIFO || number == SCHED_RR) {
            giveRealTimeBudget(container);
        }
        String[] fields = container.run().ok().out().strip().split(" ");
        assertEquals(policy + " " + priority + " " + number, policy + " " + fields[1] + " " + fields[2]);
        if (priority == 0 && !policy.equals("SCHED_IDLE")) {
            assertEquals(nice, Integer.parseInt(fields[0]));
        }
    }

    @Test
    void anEarliestDeadlineTaskHasItsBudget(Sandbox box) throws IOException {
        Bundle bundle = IpcTest.withHostPrograms(box.bundle())
                .set("/process/scheduler", Map.of("policy", "SCHED_DEADLINE",
                "runtime", 5_000_000, "deadline", 20_000_000, "period", 30_000_000, "flags",
                new String[] {"SCHED_FLAG_RESET_ON_FORK"}))
                .args("/usr/bin/chrt", "-p", "1");
        String text = box.run(bundle).ok().out();
        assertTrue(text.contains("SCHED_DEADLINE") && text.contains("5000000/20000000/30000000"), text);
    }

    @ParameterizedTest
    @CsvSource({"IOPRIO_CLASS_RT, 2, 'realtime: prio 2'", "IOPRIO_CLASS_BE, 6, 'best-effort: prio 6'",
            "IOPRIO_CLASS_IDLE, 0, idle"})
    void theIoPriorityIsAsConfigured(String clazz, int priority, String expected, Sandbox box) {
        Bundle bundle = box.bundle().set("/process/ioPriority", Map.of("class", clazz, "priority", priority))
                .args("ionice", "-p", "1");
        assertEquals(expected, box.run(bundle).ok().out().strip());
    }

    @Test
    void theCallersAffinityIsNotInherited(Sandbox box) {
        Needs.tool("taskset");
        String all = Shell.sh("grep Cpus_allowed_list /proc/1/status");
        Container container = box.container(box.bundle().sh("grep Cpus_allowed_list /proc/1/status"));
        assertEquals(all + "\n", container.invocation("run").prefixedWith("taskset", "-c", "0").run().ok().out());
    }

    @Test
    void theExecutionDomainIsAsConfigured(Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/personality", Map.of("domain", "LINUX32"))
                .sh("uname -m; cat /proc/1/personality");
        assertEquals("i686\n00000008\n", box.run(bundle.capabilities(List.of("CAP_SYS_PTRACE"))).ok().out());
        Bundle linux = box.bundle().set("/linux/personality", Map.of("domain", "LINUX")).sh("uname -m");
        assertEquals("x86_64\n", box.run(linux).ok().out());
    }

    @Test
    void theMemoryPolicyIsAsConfigured(Sandbox box) {
        Needs.file("/proc/self/numa_maps");
        Bundle bundle = box.bundle().set("/linux/memoryPolicy", Map.of("mode", "MPOL_BIND", "nodes", "0"))
                .sh("awk '{print $2}' /proc/1/numa_maps | sort | uniq -c | sort -rn | head -1");
        assertTrue(box.run(bundle).ok().out().contains("bind"), "bound to node 0");
    }

    @Test
    void thePriorityOfTheCallerIsInheritedOtherwise(Sandbox box) {
        Container container = box.container(box.bundle().sh("cut -d' ' -f19 /proc/1/stat"));
        assertEquals("4\n", container.invocation("run").prefixedWith("nice", "-n", "4").run().ok().out());
    }

    @Test
    void theSessionKeyringIsTheContainersOwn(Sandbox box) {
        Needs.file("/proc/keys");
        Bundle bundle = box.bundle().set("/linux/maskedPaths", List.of())
                .sh("grep -o ' _ses[.][^ ]*' /proc/keys; true");
        Container container = box.container(bundle);
        assertTrue(container.run().ok().outLines().contains(" _ses." + container.id() + ":"));
        Container without = box.container(bundle);
        assertFalse(without.run("--no-new-keyring").ok().out().contains(without.id()));
    }

    @Test
    void noFileOfTheRuntimeStaysMapped(Sandbox box) {
        try (Container container = box.container(box.bundle().args("sleep", "1000")).started()) {
            Poll.until("sleep runs", () -> container.init().commandLine().equals("sleep 1000"));
            String maps = container.init().file("maps");
            assertTrue(maps.lines().filter(l -> l.contains("/")).allMatch(l -> l.endsWith("/bin/busybox")), maps);
        }
    }
}
