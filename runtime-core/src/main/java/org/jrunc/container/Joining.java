package org.jrunc.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.AgentException;
import org.jrunc.agent.Launch;
import org.jrunc.agent.SharedCpu;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.cgroup.ResctrlGroup;
import org.jrunc.cgroup.SubCgroups;
import org.jrunc.hooks.WaitStatus;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.namespace.IdMaps;
import org.jrunc.namespace.NamespacePlan;
import org.jrunc.namespace.Namespaces;
import org.jrunc.process.ConsoleSocket;
import org.jrunc.process.PreservedFds;
import org.jrunc.process.ProcessSetup;
import org.jrunc.process.Program;
import org.jrunc.process.SetupOptions;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.seccomp.SeccompFilter;
import org.jrunc.spec.IntelRdt;
import org.jrunc.spec.Linux;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;

/**
 * One making of a further process in a running container. {@link #build} is the order of an exec, top to bottom.
 * Nothing is left when it fails: agents end, and beside them there is but the pid file, which comes last.
 */
final class Joining {

    private final RuntimeContext context;
    private final ExecRequest request;
    private final Container container;
    private final Status status;
    private final Spec spec;
    private final NamespacePlan namespaces;
    private final SubCgroups cgroups;

    private LibcKernel libc;
    private Optional<SharedCpu> cpu = Optional.empty();
    private Agent setup;
    private Agent process;

    /**
     * A making. What can be wrong with the request alone is found out here.
     *
     * @param status the container's status
     */
    Joining(RuntimeContext context, ExecRequest request, Container container, Status status) {
        this.context = context;
        this.request = request;
        this.container = container;
        this.status = status;
        this.cgroups = SubCgroups.parse(request.cgroups());
        this.spec = ExecProcess.specOf(container, request);
        this.namespaces = NamespacePlan.of(spec);
        ConsoleSocket.check(request.detach(), terminal(), request.consoleSocket().isPresent());
    }

    private boolean terminal() {
        return spec.process().orElseThrow().terminal();
    }

    /** Makes the process. It is ready to execute its program, and dies with this process until it is let go. */
    Joined join() {
        try {
            return build();
        } catch (RuntimeException e) {
            String fate = fate(e);
            for (Agent agent : new Agent[] {process, setup}) {
                if (agent != null) {
                    agent.killAndReap();
                }
            }
            throw new RuntimeFailure("unable to start container process: " + e.getMessage() + fate, e);
        } finally {
            if (cpu.isPresent()) {
                cpu.get().close();
            }
        }
    }

    private Joined build() {
        libc = LibcKernel.here();
        Optional<SeccompFilter> filter = SeccompFilter.of(libc, spec, context.cache().toString(), context.log());
        // Not those of socket activation: they are for the container's first process.
        PreservedFds preserved = PreservedFds.of(context.process().kernel(), Map.of(), request.preserveFds());
        ProcessSetup steps = new ProcessSetup(libc, spec, options(filter.isPresent()), context.log());
        Optional<ConsoleSocket> console = request.consoleSocket()
                .map(path -> ConsoleSocket.connect(libc, path.toString()));
        if (!steps.execAffinity().hasInitial()) {
            cpu = Optional.of(context.process().shareCpu());
        }

        setup = new ExecPlacement(context.process(), libc, container, cgroups, context.log()).spawn(steps.execAffinity());
        Optional<IntelRdt> rdt = spec.linux().flatMap(Linux::intelRdt);
        if (rdt.isPresent()) {
            ResctrlGroup.of(rdt.get(), container.record().id()).add(setup.pid());
        }
        steps.beforeNamespaces(libc, setup.pid());
        logAffinity();
        // Before anybody in the container can look: it may have CAP_SYS_PTRACE (CVE-2016-9962).
        preserved.closeOthers(setup.kernel(), setup.kernel().remoteSocket());
        enterNamespaces();
        fork();

        steps.beforePivot(process.kernel());
        steps.afterJoin(process.kernel());
        int master = openTerminal(steps, console);
        int[] told = statusPipe();
        steps.execAffinity().afterCgroup(libc, process.pid(), context.log());
        steps.applyLimits(libc, process.kernel(), process.pid());
        Program program = steps.finalizeCredentials(libc, process.kernel(), process.pid());
        preserved.closeOthers(process.kernel(), told[1], process.kernel().remoteSocket());
        Launch.Plan launch = new Launch.Plan(Launch.AT_ONCE, told[1], List.of(), program.path(), program.argv(),
                program.env(), FilterLoading.of(libc, process, filter, spec, container,
                        container.record().initPid(), status, steps.capabilitiesAfterFilter()));
        if (request.pidfdSocket().isPresent()) {
            PidfdSocket.send(libc, request.pidfdSocket().get().toString(), process.pid(), "setns");
        }
        if (request.pidFile().isPresent()) {
            PidFile.write(request.pidFile().get().toFile(), process.pid());
        }
        return new Joined(container, libc, process, launch, told[0], master, request.pidFile());
    }

    private SetupOptions options(boolean filtered) {
        return new SetupOptions(request.id(), !namespaces.isInherited(NamespaceType.USER),
                container.record().ownKeyring(), namespaces.keepOriginalGroups(), false, filtered,
                List.of());
    }

    private void logAffinity() {
        if (context.log().isDebug() && cpu.isEmpty()) {
            // Not the CPU that it shares with the runtime.
            byte[] cpus = libc.schedGetaffinity(setup.pid(), 1024);
            StringBuilder mask = new StringBuilder();
            for (int i = cpus.length - 1; i >= 0; i--) {
                for (int shift = 4; shift >= 0; shift -= 4) {
                    int digit = cpus[i] >> shift & 15;
                    if (digit != 0 || !mask.isEmpty()) {
                        mask.append(Character.forDigit(digit, 16));
                    }
                }
            }
            context.log().debug("nsexec[" + setup.pid() + "]: affinity: 0x" + mask);
        }
    }

    /** The process is checked to be init when its namespaces are entered: it then was all the time. */
    private void enterNamespaces() {
        int init = container.record().initPid();
        RuntimeFailure failure = null;
        try {
            new Namespaces(libc, namespaces.joining(init), new IdMaps(libc, ""), context.log())
                    .enter(setup.kernel(), setup.pid(), init);
        } catch (RuntimeFailure e) {
            failure = e;
        }
        if (!container.isAlive()) {
            throw new RuntimeFailure("cannot exec in a stopped container (its init has ended just now)", failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void fork() {
        process = setup.fork(true, true, "jrunc:[2:EXEC]");
        setup.close();
        setup.reap();
    }

    /** Returns this process's descriptor of the terminal's master in the foreground, -1 if nobody here needs it. */
    private int openTerminal(ProcessSetup steps, Optional<ConsoleSocket> console) {
        if (!steps.hasTerminal()) {
            return -1;
        }
        return TerminalMaster.handOver(libc, process, steps.openTerminal(process.kernel()), console);
    }

    /** A pipe through which the process tells of its execve: this process's end, and the other's number over there. */
    private int[] statusPipe() {
        int[] ends = libc.pipe2(OpenFlags.O_CLOEXEC);
        try {
            return new int[] {ends[0], process.kernel().send(ends[1])};
        } finally {
            // The end of the file must come with execve.
            libc.close(ends[1]);
        }
    }

    /** How the process has ended, when that is why there is a failure. */
    private String fate(RuntimeException e) {
        Agent last = process == null ? setup : process;
        if (last == null || !(e instanceof AgentException || e instanceof KernelException)) {
            return "";
        }
        int status = last.reapIfEnded();
        return (status <= 0 ? "" : " (process: " + WaitStatus.text(status) + ")") + oom(container);
    }

    /** Whether a process of the container was ever killed for its memory: perhaps this one. */
    static String oom(Container container) {
        return CgroupManager.of(container.record().cgroups()).oom()
                .map(report -> " (possibly OOM-killed: " + report.text() + ")").orElse("");
    }
}
