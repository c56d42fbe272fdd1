package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Resources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real cgroups with real processes, below a cgroup of the test's own in each hierarchy of this host. */
@Timeout(60)
class FileCgroupTest {

    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final String TOP = "/jrunc-test-" + ProcessHandle.current().pid();

    private final LibcKernel libc = new LibcKernel();
    private final List<Process> processes = new ArrayList<>();
    private CgroupManager cgroup;

    static Resources noLimits() {
        return new Resources(List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                List.of(), Optional.empty(), Map.of(), Map.of());
    }

    private static CgroupManager plan(CgroupHost host, String path) {
        return CgroupManager.plan(host, new CgroupRequest("id", Optional.of(path), Optional.of(noLimits()), false,
                false));
    }

    private Process sleep() throws IOException {
        Process process = new ProcessBuilder("sleep", "100").start();
        processes.add(process);
        return process;
    }

    private int sleepIn(CgroupManager manager) throws IOException {
        int pid = (int) sleep().pid();
        manager.join(pid);
        return pid;
    }

    @AfterEach
    void clean() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        CgroupHost host = CgroupHost.current();
        List<Hierarchy> all = new ArrayList<>(host.v1());
        host.v2().ifPresent(all::add);
        for (Hierarchy hierarchy : all) {
            CgroupDirectory top = new CgroupDirectory(hierarchy.mountPoint() + TOP);
            new Freezer(top, true).tryThaw();
            Deadline deadline = Deadline.usual();
            while (!top.tryRemove()) {
                assertTrue(deadline.pause(), top.path() + " is left");
            }
        }
    }

    /** That the process is in the container's cgroup of every hierarchy; others may exist, mounted elsewhere. */
    private static void assertIsIn(CgroupManager manager, long pid) throws IOException {
        for (Map.Entry<String, String> line : cgroupsOf(pid).entrySet()) {
            if (manager.paths().containsKey(line.getKey().split(",")[0])) {
                assertEquals(TOP + "/parent/leaf", line.getValue(), line.getKey());
            }
        }
    }

    private static Map<String, String> cgroupsOf(long pid) throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
            String[] parts = line.split(":", 3);
            all.put(parts[1], parts[2]);
        }
        return all;
    }

    /** Behaviour that is the same whatever the hierarchies. */
    abstract class Common {

        abstract CgroupHost host();

        @BeforeEach
        void plan() {
            assumeTrue(libc.geteuid() == 0, "needs root");
            cgroup = FileCgroupTest.plan(host(), TOP + "/parent/leaf");
        }

        @Test
        void knowsWhatItWillMakeBeforeItMakesIt() {
            List<String> planned = cgroup.plannedDirectories();
            assertEquals(3 * new java.util.HashSet<>(cgroup.paths().values()).size(), planned.size());
            for (String directory : planned) {
                assertFalse(Files.exists(Path.of(directory)));
            }
            assertEquals(planned, cgroup.create());
            for (String directory : planned) {
                assertTrue(Files.isDirectory(Path.of(directory)), directory);
            }
            assertEquals(List.of(), FileCgroupTest.plan(host(), TOP + "/parent/leaf").plannedDirectories());
            cgroup.remove();
            assertTrue(Files.isDirectory(Path.of(planned.get(1))), "parents stay");
            assertFalse(Files.exists(Path.of(planned.get(2))));
            CgroupManager.undo(planned);
            assertFalse(Files.exists(Path.of(planned.get(0))));
        }

        @Test
        void removesNothingOfAnotherContainersThatIsStillEmpty() {
            List<String> planned = cgroup.create();
            CgroupManager other = FileCgroupTest.plan(host(), TOP + "/parent/other");
            List<String> others = other.create();
            for (String directory : planned) {
                if (directory.endsWith("/leaf")) {
                    assertTrue(Path.of(directory, "below").toFile().mkdir());
                }
            }
            CgroupManager.undo(planned);
            for (String directory : planned) {
                assertEquals(!directory.endsWith("/leaf"), Files.exists(Path.of(directory)), directory);
            }
            for (String directory : others) {
                assertTrue(Files.isDirectory(Path.of(directory)), directory);
            }
        }

        @Test
        void isMadeThoughAnotherContainersEndRemovedTheDirectoryAbove() throws IOException {
            List<String> planned = cgroup.create();
            CgroupManager other = FileCgroupTest.plan(host(), TOP + "/parent/other");
            assertEquals(new java.util.HashSet<>(other.paths().values()).size(), other.plannedDirectories().size());
            CgroupManager.undo(planned);
            assertFalse(Files.exists(Path.of(planned.get(0))));
            other.create();
            int pid = sleepIn(other);
            assertEquals(List.of(pid), other.processes());
        }

        @Test
        void joinsEveryHierarchy() throws IOException {
            cgroup.create();
            int pid = sleepIn(cgroup);
            assertIsIn(cgroup, pid);
            assertEquals(List.of(pid), cgroup.processes());
            assertFalse(cgroup.isEmpty());
        }

        @Test
        void isFoundAgainByItsSavedPaths() throws IOException {
            cgroup.create();
            int pid = sleepIn(cgroup);
            CgroupManager saved = CgroupManager.of(new TreeMap<>(cgroup.paths()));
            assertEquals(cgroup.getClass(), saved.getClass());
            assertEquals(new TreeMap<>(cgroup.paths()), new TreeMap<>(saved.paths()));
            assertEquals(List.of(pid), saved.processes());
            saved.killAll(libc, SIGKILL);
            saved.remove();
            assertFalse(Files.exists(Path.of(cgroup.paths().values().iterator().next())));
            saved.remove();
            assertTrue(saved.isEmpty());
            assertEquals(List.of(), saved.processes());
            assertFalse(saved.isFrozen());
            saved.killAll(libc, SIGKILL);
        }

        @Test
        void killsEverythingBelow() throws Exception {
            cgroup.create();
            int first = sleepIn(cgroup);
            String directory = directory();
            Files.createDirectories(Path.of(directory, "sub", "deeper.x"));
            long second = sleep().pid();
            Files.writeString(Path.of(directory, "sub", "deeper.x", "cgroup.procs"), Long.toString(second));
            assertTrue(cgroup.processes().containsAll(List.of(first, (int) second)));
            cgroup.killAll(libc, SIGKILL);
            assertTrue(cgroup.isEmpty());
            for (Process process : processes) {
                assertTrue(process.waitFor(5, TimeUnit.SECONDS));
                assertEquals(128 + SIGKILL, process.exitValue());
            }
            cgroup.remove();
            assertFalse(Files.exists(Path.of(directory)));
        }

        @Test
        void killsAForkBomb() throws Exception {
            cgroup.create();
            Process bomb = new ProcessBuilder("sh", "-c", "read x; f() { while true; do sleep 0.01 & done; }; f")
                    .start();
            processes.add(bomb);
            cgroup.join((int) bomb.pid());
            bomb.getOutputStream().write('\n');
            bomb.getOutputStream().close();
            while (cgroup.processes().size() < 5) {
                Thread.sleep(1);
            }
            cgroup.killAll(libc, SIGKILL);
            assertTrue(cgroup.isEmpty());
            cgroup.remove();
        }

        @Test
        void sendsOtherSignalsOnce() throws Exception {
            cgroup.create();
            sleepIn(cgroup);
            sleepIn(cgroup);
            cgroup.killAll(libc, SIGTERM);
            for (Process process : processes) {
                assertTrue(process.waitFor(5, TimeUnit.SECONDS));
                assertEquals(128 + SIGTERM, process.exitValue());
            }
        }

        @Test
        void freezesAndThaws() throws Exception {
            cgroup.create();
            sleepIn(cgroup);
            assertFalse(cgroup.isFrozen());
            cgroup.freeze();
            assertTrue(cgroup.isFrozen());
            assertTrue(CgroupManager.of(cgroup.paths()).isFrozen());
            cgroup.killAll(libc, SIGTERM);
            assertTrue(cgroup.isFrozen(), "paused stays paused");
            // v2 lets a fatal signal through to a frozen process.
            assertEquals(!cgroup.paths().containsKey("freezer"),
                    processes.getFirst().waitFor(100, TimeUnit.MILLISECONDS));
            cgroup.thaw();
            assertFalse(cgroup.isFrozen());
            assertTrue(processes.getFirst().waitFor(5, TimeUnit.SECONDS));
        }

        @Test
        void killsWhatIsFrozen() throws Exception {
            cgroup.create();
            sleepIn(cgroup);
            cgroup.freeze();
            cgroup.killAll(libc, SIGKILL);
            assertTrue(processes.getFirst().waitFor(5, TimeUnit.SECONDS));
            cgroup.remove();
        }

        @Test
        void refusesACgroupWithProcesses() throws IOException {
            cgroup.create();
            int pid = sleepIn(cgroup);
            CgroupManager second = FileCgroupTest.plan(host(), TOP + "/parent/leaf");
            String text = assertThrows(RuntimeFailure.class, second::create).getMessage();
            assertTrue(text.startsWith("container's cgroup is not empty: 1 process(es) found: process " + pid
                    + " (sleep) in "), text);
            assertEquals(List.of(pid), cgroup.processes());
        }

        @Test
        void refusesAFrozenCgroup() {
            cgroup.create();
            cgroup.freeze();
            String text = assertThrows(RuntimeFailure.class,
                    () -> FileCgroupTest.plan(host(), TOP + "/parent/leaf").create()).getMessage();
            assertTrue(text.startsWith("container's cgroup unexpectedly frozen"), text);
            cgroup.thaw();
            assertEquals(List.of(), FileCgroupTest.plan(host(), TOP + "/parent/leaf").create());
        }

        @Test
        void refusesACgroupBelowAFrozenOne() {
            CgroupManager parent = FileCgroupTest.plan(host(), TOP + "/parent");
            parent.create();
            parent.freeze();
            List<String> planned = cgroup.plannedDirectories();
            String text = assertThrows(RuntimeFailure.class, cgroup::create).getMessage();
            assertTrue(text.startsWith("container's cgroup unexpectedly frozen: ") && text.endsWith("by one above it"),
                    text);
            for (String directory : planned) {
                assertFalse(Files.exists(Path.of(directory)));
            }
            parent.thaw();
        }

        @Test
        void waitsForProcessesThatAreAboutToEnd() throws Exception {
            cgroup.create();
            Process process = new ProcessBuilder("sleep", "0.5").start();
            processes.add(process);
            cgroup.join((int) process.pid());
            cgroup.remove();
            assertFalse(Files.exists(Path.of(directory())));
        }

        @Test
        void removesWhatItMadeWhenItCanNotMakeAll() throws IOException {
            // cgroup_mkdir() in the kernel does not take line feeds, which would break the lines of /proc/PID/cgroup.
            CgroupManager bad = FileCgroupTest.plan(host(), TOP + "/parent2/a\nb");
            List<String> planned = bad.plannedDirectories();
            String text = assertThrows(RuntimeFailure.class, bad::create).getMessage();
            assertTrue(text.startsWith("unable to apply cgroup configuration: mkdir " + planned.get(2)), text);
            assertTrue(text.endsWith(": EINVAL"), text);
            assertFalse(Files.exists(Path.of(planned.get(0))));
        }

        @Test
        void saysWhenAProcessCanNotBeMoved() {
            cgroup.create();
            String text = assertThrows(RuntimeFailure.class, () -> cgroup.join(0x3fffff)).getMessage();
            assertTrue(text.startsWith("unable to apply cgroup configuration: error adding pid 4194303 to cgroups: "
                    + "write " + directory()), text);
            assertTrue(text.endsWith(": ESRCH"), text);
        }

        String directory() {
            return cgroup.paths().values().iterator().next();
        }
    }

    @Nested
    class OfThisHost extends Common {

        @Override
        CgroupHost host() {
            return CgroupHost.current();
        }

        @Test
        void takesAnAgentThatEntersByItselfAndItsChildren() throws IOException {
            cgroup.create();
            Agent agent = Agent.spawn(libc, "jrunc-test-agent");
            Agent child = null;
            try {
                cgroup.enter(agent.kernel());
                int unified = cgroup.cloneInto().isEmpty() ? -1
                        : libc.openat(-100, cgroup.cloneInto().get(), 0x10000 | 0x80000, 0);
                child = agent.fork(true, false, "", unified);
                if (unified >= 0) {
                    libc.close(unified);
                }
                assertIsIn(cgroup, child.pid());
                assertTrue(cgroup.processes().contains(child.pid()));
            } finally {
                if (child != null) {
                    child.killAndReap();
                }
                agent.killAndReap();
                agent.closeRegion();
            }
            cgroup.remove();
        }

        @Test
        void takesAnAgentThatEntersTheMemoryControllersLater() throws IOException {
            cgroup.create();
            Agent agent = Agent.spawn(libc, "jrunc-test-agent");
            try {
                int tasks = cgroup.enterButMemory(agent.kernel());
                assumeTrue(tasks >= 0, "no memory controller of version 1");
                String memory = cgroup.paths().get("memory");
                assertEquals("", Files.readString(Path.of(memory, "tasks")));
                assertEquals(agent.pid() + "\n", Files.readString(Path.of(cgroup.paths().get("pids"), "tasks")));
                agent.kernel().write(tasks, new byte[] {'0'});
                assertEquals(agent.pid() + "\n", Files.readString(Path.of(memory, "tasks")));
            } finally {
                agent.killAndReap();
                agent.closeRegion();
            }
            cgroup.remove();
        }

        @Test
        void refusesACgroupThatOnlyTheUnifiedHierarchyHasFrozen() throws IOException {
            assumeTrue(host().isHybrid(), "no hybrid host");
            cgroup.create();
            Files.writeString(Path.of(cgroup.cloneInto().get(), "cgroup.freeze"), "1");
            assertTrue(assertThrows(RuntimeFailure.class,
                    () -> FileCgroupTest.plan(host(), TOP + "/parent/leaf").create()).getMessage()
                    .startsWith("container's cgroup unexpectedly frozen: " + cgroup.cloneInto().get()));
        }

        @Test
        void namesTheProcessInTheWay() throws Exception {
            cgroup.create();
            int pid = sleepIn(cgroup);
            String text = assertThrows(RuntimeFailure.class, cgroup::remove).getMessage();
            assertTrue(text.startsWith("unable to remove cgroup " + directory()), text);
            assertTrue(text.endsWith("process " + pid + " (sleep) is still in it"), text);
        }
    }

    @Nested
    class OfTheUnifiedHierarchy extends Common {

        @Override
        CgroupHost host() {
            assumeTrue(Files.exists(Path.of("/sys/fs/cgroup/unified/cgroup.procs")), "no unified hierarchy");
            return CgroupHost.parse("41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw", "0::/\n");
        }

        @Test
        void isFoundFullWhenOnlyACgroupBelowHasProcesses() throws IOException {
            cgroup.create();
            Path sub = Files.createDirectory(Path.of(directory(), "sub"));
            assertTrue(cgroup.isEmpty());
            Files.writeString(sub.resolve("cgroup.procs"), Long.toString(sleep().pid()));
            assertFalse(cgroup.isEmpty());
        }

        @Test
        void makesThreadedCgroupsBelowThreadedOnesUnlessControllersForbidIt() throws IOException {
            String parent = "/sys/fs/cgroup/unified" + TOP;
            Files.createDirectories(Path.of(parent, "threaded"));
            Files.writeString(Path.of(parent, "threaded", "cgroup.type"), "threaded");
            CgroupManager below = FileCgroupTest.plan(host(), TOP + "/threaded/leaf");
            below.create();
            assertEquals("threaded\n", Files.readString(Path.of(parent, "threaded/leaf/cgroup.type")));
            Resources cpu = new Resources(List.of(), Optional.empty(), Optional.of(new org.jrunc.spec.Cpu(
                    java.util.OptionalLong.empty(), java.util.OptionalLong.empty(), java.util.OptionalLong.empty(),
                    java.util.OptionalLong.empty(), java.util.OptionalLong.empty(), java.util.OptionalLong.empty(),
                    Optional.empty(), Optional.empty(), java.util.OptionalLong.empty())), Optional.empty(),
                    Optional.empty(), List.of(), Optional.empty(), Map.of(), Map.of());
            CgroupManager limited = CgroupManager.plan(host(), new CgroupRequest("id",
                    Optional.of(TOP + "/threaded/other"), Optional.of(cpu), false, false));
            String text = assertThrows(RuntimeFailure.class, limited::create).getMessage();
            assertEquals("cannot enter cgroupv2 \"" + parent + "\" with domain controllers -- it is in domain threaded"
                    + " mode", text);
            assertFalse(Files.exists(Path.of(parent, "threaded/other")));
        }
    }
}
