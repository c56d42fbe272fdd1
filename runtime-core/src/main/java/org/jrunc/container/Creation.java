package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.AgentException;
import org.jrunc.agent.Launch;
import org.jrunc.agent.SharedCpu;
import org.jrunc.cgroup.OomReport;
import org.jrunc.hooks.HookOutput;
import org.jrunc.hooks.HookRunner;
import org.jrunc.hooks.StartHooks;
import org.jrunc.hooks.WaitStatus;
import org.jrunc.kernel.CapabilityMasks;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Signals;
import org.jrunc.namespace.IdMaps;
import org.jrunc.namespace.NamespacePlan;
import org.jrunc.namespace.Namespaces;
import org.jrunc.process.ConsoleSocket;
import org.jrunc.process.PreservedFds;
import org.jrunc.process.ProcessSetup;
import org.jrunc.process.Program;
import org.jrunc.process.SetupOptions;
import org.jrunc.process.Terminal;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.rootfs.Rootfs;
import org.jrunc.rootfs.RootfsPlan;
import org.jrunc.seccomp.SeccompFilter;
import org.jrunc.spec.HookKind;
import org.jrunc.spec.Hooks;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;
import org.jrunc.spec.SpecException;
import org.jrunc.spec.SpecReader;
import org.jrunc.spec.SpecValidator;
import org.jrunc.spec.StateJson;

/**
 * One making of a container. {@link #build} is the order of a create, top to bottom. Whatever fails on the way,
 * everything made so far is undone.
 */
final class Creation {

    private static final Hooks NO_HOOKS = new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    private final RuntimeContext context;
    private final CreateRequest request;
    private final boolean detached;

    private Spec spec;
    private Bundle bundle;
    private StateDirectory directory;
    private Journal journal;
    private LibcKernel libc;
    private Optional<SharedCpu> cpu = Optional.empty();
    private CgroupPlacement cgroup;
    private Agent setup;
    private Agent init;
    private Optional<SeccompFilter> filter = Optional.empty();
    private StartFifos fifos;
    private Optional<ConsoleSocket> console = Optional.empty();
    private Optional<NetDeviceMoves> netDevices = Optional.empty();

    /**
     * A making.
     *
     * @param detached whether this process will not stay with the container
     */
    Creation(RuntimeContext context, CreateRequest request, boolean detached) {
        this.context = context;
        this.request = request;
        this.detached = detached;
    }

    /** Makes the container. Its init is ready, and dies with this process unless it is {@link Created#release}d. */
    Created create() {
        ContainerId.check(request.id());
        File config = configFile();
        byte[] json;
        try {
            json = SpecReader.content(config.toPath());
            spec = SpecReader.read(json, config.getName());
            SpecValidator.validate(spec);
        } catch (SpecException e) {
            throw new RuntimeFailure(e.getMessage(), e);
        }
        bundle = Bundle.of(request.bundle(), spec);
        directory = new StateStore(context).reserve(request.id());
        try {
            journal = Journal.lock(directory.path());
            SmallFile.replace(directory.configFile(), json);
            return build();
        } catch (KernelException | AgentException e) {
            throw undone(new RuntimeFailure("unable to start container process: " + cause(e), e));
        } catch (IOException e) {
            throw undone(new RuntimeFailure("can not keep the container's state in " + directory.path()
                    + " (--root): " + Reason.of(e), e));
        } catch (RuntimeException e) {
            throw undone(staged(e));
        } catch (Error e) {
            // A server goes on, and must not keep the container's lock.
            undone(new RuntimeFailure("internal error: " + e, e));
            throw e;
        }
    }

    /** With what runc says before a failure that comes so late: logs are searched for it. */
    private RuntimeException staged(RuntimeException e) {
        if (setup == null || e.getClass() != RuntimeFailure.class) {
            return e;
        }
        String init = this.init == null ? "" : "error during container init: ";
        return new RuntimeFailure("unable to start container process: " + init + e.getMessage(), e);
    }

    private Created build() throws IOException {
        NamespacePlan namespaces = NamespacePlan.of(spec);
        NotifySocket notify = NotifySocket.of(context);
        RootfsPlan plan = bundle.rootfsPlan(notify.mountedIn(spec), namespaces, request.noPivot());
        ConsoleSocket.check(detached, terminal(), request.consoleSocket().isPresent());
        libc = LibcKernel.here();
        if (detached) {
            ignoreSignals(context);
        }
        filter = SeccompFilter.of(libc, spec, context.cache().toString(), context.log());
        PreservedFds preserved = PreservedFds.of(context.process().kernel(), context.environment(), request.preserveFds());
        ProcessSetup process = new ProcessSetup(libc, spec, options(namespaces, plan, preserved, notify),
                context.log());
        netDevices = NetDeviceMoves.of(libc, spec, context.log());
        cgroup = new CgroupPlacement(context, directory, spec, journal);
        cgroup.make();
        fifos = StartFifos.make(libc, directory);
        console = request.consoleSocket().map(path -> ConsoleSocket.connect(libc, path.toString()));

        cpu = Optional.of(context.process().shareCpu());
        setup = cgroup.spawn(libc, namespaces.isInherited(NamespaceType.USER)
                && !namespaces.isJoined(NamespaceType.CGROUP));
        warnIfNobodyCanKill(namespaces);
        process.beforeNamespaces(libc, setup.pid());
        Namespaces entering = new Namespaces(libc, namespaces, new IdMaps(libc, path()), context.log());
        entering.enterButCgroup(setup.kernel(), setup.pid());
        forkInit();

        if (isChargedForMounts(namespaces, plan)) {
            cgroup.enterMemory(init);
        }
        entering.unshareCgroup(init.kernel());
        Rootfs rootfs = new Rootfs(init.kernel(), plan, new HostMounts(libc, init, cgroup.memoryToEnter()),
                context.log());
        process.beforePivot(init.kernel());
        rootfs.prepare();
        rootfs.mountAll();
        rootfs.devices();
        cgroup.enterMemory(init);
        cgroup.confine();
        if (netDevices.isPresent()) {
            netDevices.get().move(init.pid(), namespaces, journal);
        }
        if (spec.hooks().isPresent()) {
            everyCpu(process);
            runHooks(spec.hooks().get());
        }
        rootfs.pivot();
        process.afterPivot(init.kernel());
        int master = openTerminal(process, rootfs);
        rootfs.sysctl(libc);
        rootfs.finish();
        int[] startAndStatus = init.kernel().send(fifos.start(), fifos.status());
        everyCpu(process);
        // Before init gives up its user: the runtime may change the limits of its own user's processes only, unless it
        // has CAP_SYS_RESOURCE.
        process.applyLimits(libc, init.kernel(), init.pid());
        Program program = process.finalizeCredentials(libc, init.kernel(), init.pid());
        Launch.Plan launch = launchPlan(program, preserved, startAndStatus[0], startAndStatus[1],
                process.capabilitiesAfterFilter());

        if (context.log().isDebug()) {
            context.log().debug("container " + request.id() + ": init is process " + init.pid() + ", cgroups are "
                    + cgroup.manager().paths().values() + ", the program is " + program.path());
        }
        Container container = save(namespaces, program);
        sendPidfd();
        writePidFile();
        if (netDevices.isPresent()) {
            netDevices.get().close();
        }
        return new Created(container, journal, libc, init, launch, master, cgroup.manager());
    }

    /**
     * As with runc, the signals by which a command is usually ended do not cut off a making: nobody would be there to
     * undo it, and everything in it has a deadline. Agents and hooks do not ignore them. A foreground run is ended by
     * them as long as its container does not run and it has not become the monitor, which forwards them: ignored ones
     * would be lost to it.
     */
    static void ignoreSignals(RuntimeContext context) {
        for (int signal : new int[] {Signals.SIGHUP, Signals.SIGINT, Signals.SIGQUIT, Signals.SIGTERM}) {
            context.process().kernel().ignoreSignal(signal);
        }
    }

    private boolean terminal() {
        return spec.process().isPresent() && spec.process().get().terminal();
    }

    private void warnIfNobodyCanKill(NamespacePlan namespaces) {
        if (cgroup.manager().paths().isEmpty() && !namespaces.isNew(NamespaceType.PID)) {
            context.log().warn("Creating a container with no cgroup and no private pid namespace. Such configuration is"
                    + " strongly discouraged (as it is impossible to properly kill all container's processes).");
        }
    }

    private SetupOptions options(NamespacePlan namespaces, RootfsPlan plan, PreservedFds preserved,
            NotifySocket notify) {
        List<String> environment = new ArrayList<>(preserved.environment());
        environment.addAll(notify.environment());
        return new SetupOptions(request.id(), !namespaces.isInherited(NamespaceType.USER), !request.noNewKeyring(),
                namespaces.keepOriginalGroups(), !plan.isDevBound(), filter.isPresent(), environment);
    }

    /** What is the container's, or a hook, may run wherever the cgroup lets it. */
    private void everyCpu(ProcessSetup process) {
        if (cpu.isPresent()) {
            cpu.get().close();
        }
        process.everyCpu(libc, init.pid());
    }

    /**
     * Whether init enters the v1 cgroup of the memory controller before the mounts are made, and not after: because what
     * an image has is copied to memory, because a cgroup namespace's root is where its maker is, or because in somebody
     * else's mount namespace the cgroup's path on the host means nothing.
     */
    private static boolean isChargedForMounts(NamespacePlan namespaces, RootfsPlan plan) {
        return plan.isCopying() || namespaces.isNew(NamespaceType.CGROUP) || !namespaces.isNew(NamespaceType.MOUNT);
    }

    /** The container's first process; the agent that went through the namespaces has done its work then. */
    private void forkInit() throws IOException {
        init = cgroup.fork(libc, setup, "jrunc:[2:INIT]");
        journal.intend(Teardown.PROCESS, init.pid() + " "
                + ProcessStat.of(init.pid()).map(ProcessStat::startTime).orElse(0L));
        setup.close();
        setup.reap();
    }

    private void runHooks(Hooks hooks) {
        if (!hooks.prestart().isEmpty() || !hooks.createRuntime().isEmpty()) {
            byte[] state = hookState(Status.CREATING, init.pid());
            try (HostHooks.HookAgent host = new HostHooks.HookAgent(context, bundle.path(), spec.annotations())) {
                host.runner().run(HookKind.PRESTART, hooks.prestart(), state);
                host.runner().run(HookKind.CREATE_RUNTIME, hooks.createRuntime(), state);
            }
        }
        if (!hooks.createContainer().isEmpty()) {
            new HookRunner(init, context.log(), HostHooks.environment(context), Optional.empty(),
                    HookOutput.of(spec.annotations())).run(HookKind.CREATE_CONTAINER, hooks.createContainer(),
                            hookState(Status.CREATING, init.kernel().getpid()));
        }
    }

    private Hooks hooks() {
        return spec.hooks().orElse(NO_HOOKS);
    }

    private byte[] hookState(Status status, int pid) {
        StateRecord record = record(pid, 0, "", false, "");
        return StateJson.hook(new Container(directory, record).state(status, pid), status.text(), pid)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Returns this process's descriptor of the terminal's master in the foreground, -1 if nobody here needs it. */
    private int openTerminal(ProcessSetup process, Rootfs rootfs) {
        if (!process.hasTerminal()) {
            return -1;
        }
        Terminal terminal = process.openTerminal(init.kernel());
        rootfs.bindConsole(terminal.slave());
        return TerminalMaster.handOver(libc, init, terminal, console);
    }

    private Launch.Plan launchPlan(Program program, PreservedFds preserved, int start, int status,
            Optional<CapabilityMasks> capabilities) {
        List<Launch.Hook> hooks = hooks().startContainer().isEmpty() ? List.of()
                : StartHooks.prepare(init, hooks().startContainer(),
                        hookState(Status.CREATED, init.kernel().getpid()), program.env(),
                        HookOutput.of(spec.annotations()));
        fifos.close();
        int[] hookFds = StartHooks.descriptors(hooks);
        int[] spared = java.util.Arrays.copyOf(hookFds, hookFds.length + 3);
        spared[hookFds.length] = start;
        spared[hookFds.length + 1] = status;
        spared[hookFds.length + 2] = init.kernel().remoteSocket();
        preserved.closeOthers(init.kernel(), spared);
        Container container = new Container(directory, record(init.pid(), 0, "", false, ""));
        return new Launch.Plan(start, status, hooks, program.path(), program.argv(), program.env(),
                FilterLoading.of(libc, init, filter, spec, container, init.pid(), Status.CREATING, capabilities));
    }

    private Container save(NamespacePlan namespaces, Program program) throws IOException {
        long startTime = ProcessStat.of(init.pid())
                .orElseThrow(() -> new RuntimeFailure("container init has died" + fate())).startTime();
        StateRecord record = record(init.pid(), startTime, Timestamp.now(), namespaces.isNew(NamespaceType.PID),
                program.path());
        SmallFile.replace(directory.stateFile(), record.toJson(spec, cgroup.resctrlPath()));
        return new Container(directory, record);
    }

    private StateRecord record(int pid, long startTime, String created, boolean ownPidNs, String program) {
        return new StateRecord(request.id(), pid, startTime, created, bundle.path(), bundle.rootfs(),
                spec.annotations(), cgroup.manager().paths(), cgroup.rootless(), ownPidNs, program,
                !hooks().poststart().isEmpty(), !hooks().poststop().isEmpty(), !request.noNewKeyring(),
                cgroup.manager().unit());
    }

    private void sendPidfd() {
        if (request.pidfdSocket().isPresent()) {
            PidfdSocket.send(libc, request.pidfdSocket().get().toString(), init.pid(), "standard");
        }
    }

    private void writePidFile() {
        if (request.pidFile().isPresent()) {
            PidFile.write(request.pidFile().get().toFile(), init.pid());
        }
    }

    private File configFile() {
        return request.config().orElse(request.bundle().resolve("config.json")).toFile();
    }

    private String path() {
        return context.environment().getOrDefault("PATH", "");
    }

    /** What led to a failure: first of all, whether the process that makes the container was killed for its memory. */
    private String cause(RuntimeException e) {
        String fate = fate();
        // The end of its socket may be seen before the process can be reaped.
        boolean died = e instanceof AgentException || !fate.isEmpty();
        Optional<OomReport> oom = cgroup == null || !died ? Optional.empty() : cgroup.manager().oom();
        if (oom.isPresent()) {
            return "container init was OOM-killed (memory limit too low?): " + oom.get().text();
        }
        return e.getMessage() + fate;
    }

    /** How the container's first process has ended, if it has. */
    private String fate() {
        Agent first = init == null ? setup : init;
        if (first == null) {
            return "";
        }
        int status = first.reapIfEnded();
        return status <= 0 ? "" : " (container init: " + WaitStatus.text(status) + ")";
    }

    /**
     * Undoes everything; returns the failure, which is what the user is to see. What can not be done any more, because
     * the process that was called was killed, does not keep the rest from being done, and the lock from being given up.
     */
    private RuntimeException undone(RuntimeException failure) {
        if (cpu.isPresent()) {
            attempt(cpu.get()::close);
        }
        for (Agent agent : new Agent[] {init, setup}) {
            if (agent != null) {
                attempt(agent::killAndReap);
            }
        }
        if (netDevices.isPresent()) {
            attempt(netDevices.get()::undo);
        }
        if (journal == null) {
            attempt(directory::remove);
        } else {
            attempt(this::tearDown);
            attempt(journal::close);
        }
        return failure;
    }

    private void tearDown() {
        Optional<Container> container = cgroup == null ? Optional.empty()
                : Optional.of(new Container(directory, record(0, 0, "", false, "")));
        new Teardown(context, directory, journal).run(container,
                cgroup != null && cgroup.isOurs() ? Optional.of(cgroup.manager()) : Optional.empty());
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            context.log().warn("while undoing the create: " + e.getMessage());
        }
    }
}
