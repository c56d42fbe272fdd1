package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.AgentException;
import org.jrunc.criu.Criu;
import org.jrunc.criu.CriuOptions;
import org.jrunc.criu.RequestType;
import org.jrunc.kernel.Clone;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.MountFlags;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.namespace.Loopback;
import org.jrunc.namespace.NamespacePlan;
import org.jrunc.process.ConsoleSocket;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.rootfs.Rootfs;
import org.jrunc.rootfs.RootfsPlan;
import org.jrunc.spec.HookKind;
import org.jrunc.spec.Hooks;
import org.jrunc.spec.Linux;
import org.jrunc.spec.LocatedJson;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.SeccompSource;
import org.jrunc.spec.Spec;
import org.jrunc.spec.SpecException;
import org.jrunc.spec.SpecReader;
import org.jrunc.spec.SpecValidator;
import org.jrunc.spec.StateJson;

/**
 * One making of a container from saved processes. {@link #build} is its order: what {@link Creation} does around the
 * container's first process is done here around criu, which makes that process, its namespaces and its mounts.
 * Whatever fails on the way, everything made so far is undone.
 */
final class Restoration {

    private final RuntimeContext context;
    private final RestoreRequest request;

    private Spec spec;
    private Bundle bundle;
    private NamespacePlan namespaces;
    private StateDirectory directory;
    private Journal journal;
    private LibcKernel libc;
    private CgroupPlacement cgroup;
    private Agent setup;
    private Agent process;
    private Optional<ConsoleSocket> console = Optional.empty();
    private int master = -1;
    private Container restored;

    Restoration(RuntimeContext context, RestoreRequest request) {
        this.context = context;
        this.request = request;
    }

    /** Restores the container; it runs, and its first process is a child of this one. */
    Restored restore() {
        new StateStore(context).mustBeFree(request.id());
        File config = request.bundle().resolve("config.json").toFile();
        byte[] json;
        try {
            json = SpecReader.content(config.toPath());
            spec = SpecReader.read(json, config.getName());
            SpecValidator.validate(spec);
            spec.linux().flatMap(Linux::seccomp).ifPresent(SeccompSource::checked);
        } catch (SpecException e) {
            throw new RuntimeFailure(e.getMessage(), e);
        }
        spec = NotifySocket.of(context).mountedIn(spec);
        bundle = Bundle.of(request.bundle(), spec);
        String program = CriuImages.program(context, "restore");
        if (!request.flags().imagePath().toFile().isDirectory()) {
            throw new RuntimeFailure("there is no directory " + request.flags().imagePath() + " (--image-path)");
        }
        directory = new StateStore(context).reserve(request.id());
        try {
            journal = Journal.lock(directory.path());
            SmallFile.replace(directory.configFile(), json);
            return build(program);
        } catch (KernelException | AgentException e) {
            throw undone(new RuntimeFailure("unable to restore container: " + e.getMessage(), e));
        } catch (IOException e) {
            throw undone(new RuntimeFailure("can not keep the container's state in " + directory.path()
                    + " (--root): " + Reason.of(e), e));
        } catch (RuntimeException e) {
            throw undone(e);
        }
    }

    private Restored build(String program) throws IOException {
        namespaces = NamespacePlan.of(spec);
        RootfsPlan plan = bundle.rootfsPlan(spec, namespaces, false);
        boolean terminal = spec.process().isPresent() && spec.process().get().terminal();
        ConsoleSocket.check(request.detach(), terminal, request.consoleSocket().isPresent());
        libc = LibcKernel.here();
        cgroup = new CgroupPlacement(context, directory, spec, journal);
        cgroup.make();
        console = request.consoleSocket().map(path -> ConsoleSocket.connect(libc, path.toString()));
        makeMountPoints(plan);

        setup = cgroup.spawn(libc, false);
        cgroup.enterMemory(setup);
        process = setup.fork(true, true);
        setup.close();
        setup.reap();
        mountRoot();
        CriuImages images = new CriuImages(process.kernel(), request.flags(), "restore.log");
        List<Integer> keep = new ArrayList<>(images.opened());
        CriuOptions options = options(images);
        joinNamespaces(options, keep);
        Criu criu = Criu.start(libc, process, program, HostHooks.environment(context), keep);
        try {
            criu.request(RequestType.RESTORE, options, this::happened, images.log());
        } finally {
            criu.close();
        }
        if (restored == null) {
            throw new RuntimeFailure("criu did not tell which process it has restored");
        }
        if (request.pidFile().isPresent()) {
            PidFile.write(request.pidFile().get().toFile(), restored.record().initPid());
        }
        return new Restored(restored, journal, master, cgroup.manager());
    }

    /**
     * Makes the directories and files to mount on that are not saved: those in a root file system that is not the one
     * the container had. As a create makes them, in a mount namespace that is then thrown away.
     */
    private void makeMountPoints(RootfsPlan plan) {
        if (!namespaces.isNew(NamespaceType.MOUNT)) {
            return;
        }
        Agent agent = Agent.spawn(libc, "jrunc:[MOUNTS]");
        try {
            // Of the others so that no file system that a mount shows is the host's: a mount of cgroup2 would set its
            // options (nsdelegate).
            agent.kernel().unshare(Clone.CLONE_NEWNS | Clone.CLONE_NEWCGROUP | Clone.CLONE_NEWIPC);
            Rootfs rootfs = new Rootfs(agent.kernel(), plan, new HostMounts(libc, agent, Optional.empty()), context.log());
            rootfs.prepare();
            rootfs.mountAll();
            rootfs.devices();
        } finally {
            agent.killAndReap();
            agent.closeRegion();
        }
    }

    /** criu wants the root to be a mount. It is one for criu only. */
    private void mountRoot() {
        process.kernel().unshare(Clone.CLONE_NEWNS);
        process.kernel().mount("", "/", "", MountFlags.MS_SLAVE | MountFlags.MS_REC, "");
        process.kernel().mount(bundle.rootfs(), bundle.rootfs(), "", MountFlags.MS_BIND | MountFlags.MS_REC, "");
    }

    private CriuOptions options(CriuImages images) throws IOException {
        CriuOptions options = images.options(bundle.rootfs(), spec.annotations()).evasiveDevices().sibling();
        request.lsmProfile().ifPresent(options::lsmProfile);
        request.lsmMountContext().ifPresent(options::lsmMountContext);
        ExternalMounts mounts = ExternalMounts.of(spec, bundle.path(), cgroup.manager().paths());
        for (Map.Entry<String, String> mount : mounts.sources().entrySet()) {
            options.externalMount(mount.getKey(), mount.getValue());
        }
        addCgroups(options);
        List<String> descriptors = descriptors(images.descriptors());
        for (int fd = 0; fd < descriptors.size(); fd++) {
            if (descriptors.get(fd).startsWith("pipe:")) {
                options.inherit(descriptors.get(fd), fd);
            }
        }
        return options;
    }

    /** What was in the saved container's cgroup goes to this one's, which criu is in. */
    private void addCgroups(CriuOptions options) throws IOException {
        byte[] content = SmallFile.read(new File("/proc/" + process.pid() + "/cgroup")).orElse(new byte[0]);
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n")) {
            int first = line.indexOf(':');
            int second = line.indexOf(':', first + 1);
            if (second < 0) {
                continue;
            }
            for (String controller : line.substring(first + 1, second).split(",")) {
                options.cgroupRoot(controller, line.substring(second + 1));
            }
        }
    }

    private static List<String> descriptors(File file) throws IOException {
        Optional<byte[]> content = SmallFile.read(file);
        if (content.isEmpty()) {
            return List.of();
        }
        try {
            return LocatedJson.parse(content.get(), file.getPath()).strings();
        } catch (SpecException e) {
            throw new RuntimeFailure(e.getMessage() + " (--image-path)", e);
        }
    }

    /** Opens the namespaces that were not saved, in the process that becomes criu. */
    private void joinNamespaces(CriuOptions options, List<Integer> opened) {
        for (Map.Entry<NamespaceType, String> kind : Checkpoint.EXTERNAL.entrySet()) {
            Optional<String> path = namespaces.path(kind.getKey());
            if (path.isPresent()) {
                int fd = process.kernel().openat(Kernel.AT_FDCWD, path.get(), OpenFlags.O_CLOEXEC, 0);
                options.inherit(kind.getValue(), fd);
                opened.add(fd);
            }
        }
    }

    private void happened(String event, int pid, int descriptor) {
        switch (event) {
            case "setup-namespaces" -> {
                setLoopbackUp(pid);
                runHooks(pid);
            }
            case "post-restore" -> save(pid);
            case "orphan-pts-master" -> takeTerminal(descriptor);
            default -> {
                if (descriptor >= 0) {
                    libc.close(descriptor);
                }
            }
        }
    }

    /** Without it, sockets that were bound to its addresses could not be restored. */
    private void setLoopbackUp(int pid) {
        if (!namespaces.isNew(NamespaceType.NETWORK)) {
            return;
        }
        Agent agent = Agent.spawn(libc, "jrunc:[NET]");
        try {
            Loopback.upOf(agent.kernel(), pid);
        } finally {
            agent.killAndReap();
            agent.closeRegion();
        }
    }

    /** As with runc: the hooks that prepare namespaces, but neither those inside nor poststart. */
    private void runHooks(int pid) {
        Hooks hooks = spec.hooks().orElse(null);
        if (hooks == null || hooks.prestart().isEmpty() && hooks.createRuntime().isEmpty()) {
            return;
        }
        byte[] state = StateJson.hook(new Container(directory, record(pid, 0, "")).state(Status.CREATING, pid),
                Status.CREATING.text(), pid).getBytes(StandardCharsets.UTF_8);
        try (HostHooks.HookAgent host = new HostHooks.HookAgent(context, bundle.path(), spec.annotations())) {
            host.runner().run(HookKind.PRESTART, hooks.prestart(), state);
            host.runner().run(HookKind.CREATE_RUNTIME, hooks.createRuntime(), state);
        }
    }

    /** The processes are there and do not run yet. */
    private void save(int pid) {
        long startTime = ProcessStat.of(pid)
                .orElseThrow(() -> new RuntimeFailure("the restored process " + pid + " has ended")).startTime();
        try {
            journal.intend(Teardown.PROCESS, pid + " " + startTime);
            cgroup.confine();
            StateRecord record = record(pid, startTime, Timestamp.now());
            SmallFile.replace(directory.stateFile(), record.toJson(spec, cgroup.resctrlPath()));
            restored = new Container(directory, record);
        } catch (IOException e) {
            throw new RuntimeFailure("can not keep the container's state in " + directory.path() + " (--root): "
                    + Reason.of(e), e);
        }
    }

    private void takeTerminal(int descriptor) {
        if (console.isEmpty()) {
            master = descriptor;
            return;
        }
        try (ConsoleSocket socket = console.get()) {
            socket.send(descriptor, "orphan-pts-master");
        } finally {
            libc.close(descriptor);
        }
    }

    private StateRecord record(int pid, long startTime, String created) {
        List<String> args = spec.process().isPresent() ? spec.process().get().args() : List.of();
        Optional<Hooks> hooks = spec.hooks();
        return new StateRecord(request.id(), pid, startTime, created, bundle.path(), bundle.rootfs(),
                spec.annotations(), cgroup.manager().paths(), cgroup.rootless(), namespaces.isNew(NamespaceType.PID),
                args.isEmpty() ? "" : args.getFirst(), false,
                hooks.isPresent() && !hooks.get().poststop().isEmpty(), false, cgroup.manager().unit());
    }

    /** Undoes everything; returns the failure, which is what the user is to see. */
    private RuntimeException undone(RuntimeException failure) {
        try {
            for (Agent agent : new Agent[] {process, setup}) {
                if (agent != null) {
                    agent.killAndReap();
                }
            }
            if (journal == null) {
                directory.remove();
                return failure;
            }
            new Teardown(context, directory, journal).run(Optional.ofNullable(restored),
                    cgroup != null && cgroup.isOurs() ? Optional.of(cgroup.manager()) : Optional.empty());
        } catch (RuntimeException e) {
            context.log().warn("while undoing the restore: " + e.getMessage());
        } finally {
            if (journal != null) {
                journal.close();
            }
        }
        return failure;
    }
}
