package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Capabilities;
import org.jrunc.spec.IoPriority;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Personality;
import org.jrunc.spec.Process;
import org.jrunc.spec.Rlimit;
import org.jrunc.spec.Scheduler;
import org.jrunc.spec.Spec;
import org.jrunc.spec.User;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessSetupTest {

    private final List<String> warnings = new ArrayList<>();
    private final RuntimeLog log = TestSpec.collecting(RuntimeLog.Level.WARNING, warnings);
    private ContainerFixture container;
    private int master = -1;

    @BeforeEach
    void make(@TempDir Path scratch) {
        TestSpec.requireRoot();
        container = new ContainerFixture(scratch);
        container.file("/bin/program", "", 0755);
        container.file("/etc/passwd", "app:x:1000:1000::/home/app:/bin/sh\n", 0644);
    }

    @AfterEach
    void end() {
        if (container != null) {
            container.libc.close(master);
            container.close();
        }
    }

    @Test
    void doesEverythingInOrder() throws IOException {
        TestSpec spec = new TestSpec();
        spec.args = List.of("program", "--flag");
        spec.env = List.of("PATH=/nowhere:/bin", "A=1", "A=2");
        spec.cwd = "/work/deep";
        spec.user = new User(1000, 1000, OptionalLong.of(0077), List.of(27L));
        spec.capabilities = Optional.of(new Capabilities(List.of("CAP_KILL"), List.of("CAP_KILL"), List.of(),
                List.of("CAP_KILL"), List.of()));
        spec.noNewPrivileges = true;
        spec.terminal = true;
        spec.oomScoreAdj = OptionalInt.of(77);
        spec.scheduler = Optional.of(new Scheduler("SCHED_BATCH", 2, 0, List.of(), 0, 0, 0));
        spec.ioPriority = Optional.of(new IoPriority("IOPRIO_CLASS_IDLE", 0));
        spec.personality = Optional.of(new Personality("LINUX32", List.of("FLAG")));
        spec.rlimits = List.of(new Rlimit("RLIMIT_NOFILE", 3, 3), new Rlimit("RLIMIT_NPROC", 1, 1));
        Program program = run(spec.build());

        assertEquals("/bin/program", program.path());
        assertEquals(List.of("program", "--flag"), program.argv());
        assertEquals(List.of("PATH=/nowhere:/bin", "A=2", "EXTRA=1", "HOME=/home/app"), program.env());
        assertEquals("/work/deep", container.kernel.getcwd());
        assertEquals("0077", container.status("Umask"));
        assertEquals("1000\t1000\t1000\t1000", container.status("Uid"));
        assertEquals("27", container.status("Groups"));
        assertEquals("0000000000000020", container.status("CapEff"));
        assertEquals("0000000000000020", container.status("CapBnd"));
        assertEquals("1", container.status("NoNewPrivs"));
        assertEquals("77", container.proc("oom_score_adj"));
        assertEquals(3 << 13, container.libc.call(Syscall.IOPRIO_GET, Arg.of(1), Arg.of(container.agent.pid())));
        assertEquals("00000008", container.proc("personality"));
        assertTrue(container.proc("limits").replaceAll(" +", " ").contains("Max open files 3 3 files"));
        assertEquals(0, container.kernel.prctl(3, 0, 0, 0, 0));
        String[] stat = container.proc("stat").split("\\) ")[1].split(" ");
        assertEquals(Integer.toString(container.agent.pid()), stat[3], "session");
        assertEquals("3", stat[38], "SCHED_BATCH");
        assertEquals(List.of("ignoring /linux/personality/flags: none are supported"), warnings);
    }

    @Test
    void usesDefaultsForWhatIsNotConfigured() throws IOException {
        container.kernel.umask(0);
        Program program = run(new TestSpec().build());
        assertEquals("/bin/program", program.path());
        assertEquals("0022", container.status("Umask"));
        assertEquals("", container.status("Groups"));
        assertEquals("0", container.status("NoNewPrivs"));
        assertEquals(List.of(), warnings);
    }

    @Test
    void findsTheProgramAsTheUser() {
        container.file("/bin/rootonly", "", 0700);
        TestSpec spec = new TestSpec();
        spec.args = List.of("/bin/rootonly");
        List<String> kept = List.of("CAP_SETPCAP", "CAP_SETUID", "CAP_SETGID", "CAP_CHOWN");
        spec.capabilities = Optional.of(new Capabilities(kept, kept, List.of(), kept, List.of()));
        assertEquals("/bin/rootonly", run(spec.build()).path());
        spec.user = new User(1000, 1000, OptionalLong.empty(), List.of());
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> run(spec.build(), false));
        assertEquals("exec: \"/bin/rootonly\": permission denied (/process/args/0)", e.getMessage());
    }

    @Test
    void checksTheWholeConfigurationBeforeItTouchesAnything() {
        TestSpec spec = new TestSpec();
        spec.args = List.of();
        fails("args must not be empty: /process/args", spec.build());
        spec.args = List.of("x");
        spec.personality = Optional.of(new Personality("WINDOWS", List.of()));
        fails("invalid personality: /linux/personality/domain must be LINUX or LINUX32, was \"WINDOWS\"", spec.build());
        Spec whole = new TestSpec().build();
        fails("process property must not be empty: /process", new Spec("1.3.0", Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Map.of(), whole.linux()));
    }

    private Program run(Spec spec) {
        return run(spec, true);
    }

    private Program run(Spec spec, boolean session) {
        ProcessSetup setup = new ProcessSetup(container.libc, spec,
                new SetupOptions("box", false, true, false, true, false, List.of("EXTRA=1")), log);
        setup.beforeNamespaces(container.libc, container.agent.pid());
        if (session) {
            setup.beforePivot(container.kernel);
        }
        setup.afterPivot(container.kernel);
        if (setup.hasTerminal()) {
            Terminal terminal = setup.openTerminal(container.kernel);
            master = container.kernel.fetch(terminal.master());
            terminal.attach();
        }
        setup.everyCpu(container.libc, container.agent.pid());
        setup.applyLimits(container.libc, container.kernel, container.agent.pid());
        return setup.finalizeCredentials(container.libc, container.kernel, container.agent.pid());
    }

    private void fails(String text, Spec spec) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> new ProcessSetup(new LibcKernel(), spec,
                new SetupOptions("box", false, true, false, true, false, List.of()), log));
        assertEquals(text, e.getMessage());
    }
}
