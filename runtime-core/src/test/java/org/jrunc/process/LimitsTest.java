package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.IoPriority;
import org.jrunc.spec.MemoryPolicy;
import org.jrunc.spec.Rlimit;
import org.jrunc.spec.Scheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest extends WithAgent {

    @Test
    void setsResourceLimitsFromOutside() throws IOException {
        new Rlimits(List.of(new Rlimit("RLIMIT_NOFILE", 2048, 1024), new Rlimit("RLIMIT_CORE", -1, 0),
                new Rlimit("RLIMIT_RTTIME", -1, -1))).apply(libc, agent.kernel(), agent.pid());
        String limits = Files.readString(Path.of("/proc/" + agent.pid() + "/limits")).replaceAll(" +", " ");
        assertTrue(limits.contains("Max open files 1024 2048 files"), limits);
        assertTrue(limits.contains("Max core file size 0 unlimited bytes"), limits);
        assertTrue(limits.contains("Max realtime timeout unlimited unlimited us"), limits);
    }

    @Test
    void lowersResourceLimitsAlsoOfAnotherUsersProcess() throws IOException {
        // Without CAP_SYS_RESOURCE the runtime is refused, and the process does it itself.
        agent.kernel().setresuid(12345, 12345, 12345);
        new Rlimits(List.of(new Rlimit("RLIMIT_NOFILE", 100, 90))).apply(libc, agent.kernel(), agent.pid());
        String limits = Files.readString(Path.of("/proc/" + agent.pid() + "/limits")).replaceAll(" +", " ");
        assertTrue(limits.contains("Max open files 90 100 files"), limits);
    }

    @Test
    void refusesWrongResourceLimits() {
        fails("wrong rlimit value: RLIMIT_FOO (/process/rlimits/0/type", () -> new Rlimits(
                List.of(new Rlimit("RLIMIT_FOO", 1, 1))));
        fails("duplicate rlimit RLIMIT_CPU: /process/rlimits/0 and /process/rlimits/1", () -> new Rlimits(
                List.of(new Rlimit("RLIMIT_CPU", 1, 1), new Rlimit("RLIMIT_CPU", 2, 2))));
        fails("wrong rlimit value: RLIMIT_CPU: /process/rlimits/0: soft unlimited is above hard 5", () -> new Rlimits(
                List.of(new Rlimit("RLIMIT_CPU", 5, -1))));
        fails("error setting rlimits for ready process: /process/rlimits/1: RLIMIT_NOFILE soft 1 hard unlimited:"
                + " prlimit64: EPERM (raising", () -> new Rlimits(List.of(new Rlimit("RLIMIT_CPU", 5, 5),
                new Rlimit("RLIMIT_NOFILE", -1, 1))).apply(libc, agent.kernel(), agent.pid()));
    }

    @Test
    void adjustsTheOomScore() throws IOException {
        new OomScore(OptionalInt.empty()).apply(libc, agent.pid());
        new OomScore(OptionalInt.of(321)).apply(libc, agent.pid());
        assertEquals("321", Files.readString(Path.of("/proc/" + agent.pid() + "/oom_score_adj")).strip());
        fails("invalid oomScoreAdj: /process/oomScoreAdj must be between -1000 and 1000, was 1001",
                () -> new OomScore(OptionalInt.of(1001)));
    }

    @Test
    void saysWhatLoweringTheOomScoreNeeds() {
        Agent brain = Agent.spawn(libc, "jrunc-test");
        try {
            new OomScore(OptionalInt.of(500)).apply(libc, agent.pid());
            agent.kernel().setresuid(12345, 12345, 12345);
            agent.kernel().prctl(4, 1, 0, 0, 0);
            brain.kernel().setresuid(12345, 12345, 12345);
            fails("failed to update /proc/" + agent.pid() + "/oom_score_adj: /process/oomScoreAdj -5: write(",
                    () -> new OomScore(OptionalInt.of(-5)).apply(brain.kernel(), agent.pid()));
        } finally {
            brain.killAndReap();
            brain.closeRegion();
        }
    }

    @ParameterizedTest
    @CsvSource({"SCHED_OTHER,0,5,0", "SCHED_BATCH,3,-5,0", "SCHED_IDLE,5,0,0", "SCHED_FIFO,1,0,7", "SCHED_RR,2,0,1"})
    void setsTheScheduler(String name, int policy, int nice, int priority) throws IOException {
        scheduling(new Scheduler(name, nice, priority, List.of("SCHED_FLAG_RESET_ON_FORK"), 0, 0, 0))
                .apply(libc, agent.pid());
        String[] stat = Files.readString(Path.of("/proc/" + agent.pid() + "/stat")).split("\\) ")[1].split(" ");
        assertEquals(Integer.toString(policy), stat[38]);
        assertEquals(Integer.toString(priority), stat[37]);
        if (priority == 0 && policy != 5) {
            assertEquals(Integer.toString(nice), stat[16]);
        }
    }

    @Test
    void refusesWrongSchedulers() {
        fails("scheduler policy is required", () -> scheduling(new Scheduler("", 0, 0, List.of(), 0, 0, 0)));
        fails("invalid scheduler policy: SCHED_X",
                () -> scheduling(new Scheduler("SCHED_X", 0, 0, List.of(), 0, 0, 0)));
        fails("invalid scheduler flag: F (/process/scheduler/flags/0)",
                () -> scheduling(new Scheduler("SCHED_OTHER", 0, 0, List.of("F"), 0, 0, 0)));
        fails("invalid scheduler.nice: 20 when scheduler.policy is SCHED_OTHER",
                () -> scheduling(new Scheduler("SCHED_OTHER", 20, 0, List.of(), 0, 0, 0)));
        fails("scheduler.priority can only be specified for SchedFIFO or SchedRR policy",
                () -> scheduling(new Scheduler("SCHED_OTHER", 0, 1, List.of(), 0, 0, 0)));
        fails("scheduler runtime/deadline/period can only be specified for SchedDeadline policy",
                () -> scheduling(new Scheduler("SCHED_FIFO", 0, 1, List.of(), 1, 0, 0)));
        fails("error setting scheduler: /process/scheduler: SCHED_FIFO: sched_setattr(",
                () -> scheduling(new Scheduler("SCHED_FIFO", 0, 100, List.of(), 0, 0, 0)).apply(libc, agent.pid()));
    }

    @Test
    void saysThatACpusetAndASchedulerDoNotGoTogether() {
        Agent brain = Agent.spawn(libc, "jrunc-test");
        try {
            brain.kernel().setresuid(12345, 12345, 12345);
            Scheduling scheduling = new Scheduling(Optional.of(new Scheduler("SCHED_FIFO", 0, 1, List.of(), 0, 0, 0)),
                    Optional.empty(), true);
            fails("process scheduler can't be used together with AllowedCPUs",
                    () -> scheduling.apply(brain.kernel(), agent.pid()));
        } finally {
            brain.killAndReap();
            brain.closeRegion();
        }
    }

    @Test
    void setsTheIoPriority() {
        new Scheduling(Optional.empty(), Optional.of(new IoPriority("IOPRIO_CLASS_BE", 6)), false)
                .apply(libc, agent.pid());
        assertEquals(2 << 13 | 6, libc.call(Syscall.IOPRIO_GET, Arg.of(1), Arg.of(agent.pid())));
        fails("invalid ioPriority.Class: \"X\"", () -> new Scheduling(Optional.empty(),
                Optional.of(new IoPriority("X", 0)), false));
        fails("invalid ioPriority.Priority: 8", () -> new Scheduling(Optional.empty(),
                Optional.of(new IoPriority("IOPRIO_CLASS_RT", 8)), false));
    }

    @Test
    void resetsTheCpuAffinity() throws IOException {
        String before = allowed();
        libc.schedSetaffinity(agent.pid(), new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
        assertEquals("0", allowed());
        Scheduling.resetAffinity(libc, agent.pid(), RuntimeLog.NONE);
        assertEquals(before, allowed());
        assertFalse(before.equals("0") && Runtime.getRuntime().availableProcessors() > 1);
    }

    @Test
    void setsTheMemoryPolicy() throws IOException {
        numa("MPOL_BIND", "0").apply(agent.kernel());
        assertTrue(Files.readString(Path.of("/proc/" + agent.pid() + "/numa_maps")).contains("bind:0"));
        numa("MPOL_DEFAULT", "").apply(agent.kernel());
        assertFalse(Files.readString(Path.of("/proc/" + agent.pid() + "/numa_maps")).contains("bind:0"));
    }

    @Test
    void refusesWrongMemoryPolicies() {
        fails("invalid memory policy mode \"X\"", () -> numa("X", ""));
        fails("invalid memory policy flag \"F\"", () -> new NumaPolicy(Optional.of(
                new MemoryPolicy("MPOL_BIND", Optional.of("0"), List.of("F")))));
        fails("invalid memory policy nodes \"3-1\": invalid range: 3-1", () -> numa("MPOL_BIND", "3-1"));
        fails("invalid memory policy nodes \"a\"", () -> numa("MPOL_BIND", "a"));
        fails("invalid memory policy nodes \"5000\"", () -> numa("MPOL_BIND", "5000"));
        fails("invalid memory policy: mode requires 0 nodes", () -> numa("MPOL_DEFAULT", "0"));
        fails("invalid memory policy: mode requires at least one node", () -> numa("MPOL_INTERLEAVE", ""));
        fails("unable to set memory policy: invalid memory policy: /linux/memoryPolicy: set_mempolicy(",
                () -> numa("MPOL_BIND", "900").apply(agent.kernel()));
    }

    @Test
    void readsListsOfNodes() {
        assertArrayEquals(new byte[] {0b1011, 0, 0, 0, 0, 0, 0, 0}, NumaPolicy.nodes("0-1, 3,"));
        assertEquals(16, NumaPolicy.nodes("64").length);
        assertEquals(0, NumaPolicy.nodes("").length);
    }

    private static NumaPolicy numa(String mode, String nodes) {
        return new NumaPolicy(Optional.of(new MemoryPolicy(mode, Optional.of(nodes), List.of())));
    }

    private static Scheduling scheduling(Scheduler scheduler) {
        return new Scheduling(Optional.of(scheduler), Optional.empty(), false);
    }

    private String allowed() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status"))) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return line.split("\\s+")[1];
            }
        }
        return "";
    }

    private static void fails(String text, Runnable action) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, action::run);
        assertTrue(e.getMessage().startsWith(text), e.getMessage());
    }
}
