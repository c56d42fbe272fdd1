package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.criu.Criu;
import org.jrunc.criu.CriuOptions;
import org.jrunc.criu.RequestType;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.namespace.Kinds;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.JsonWriter;
import org.jrunc.spec.Namespace;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;
import org.jrunc.spec.SpecReader;

/** Saves the processes of a container by the host's criu. */
public final class Checkpoint {

    /** Name of a namespace that was given by its path, in the images: the same as runc's. */
    static final Map<NamespaceType, String> EXTERNAL = Map.of(NamespaceType.NETWORK, "extRootNetNS",
            NamespaceType.PID, "extRootPidNS");

    private static final String NOTIFY_SOCKET = "/run/notify/notify.sock";
    private static final int F_GETFL = 3;
    private static final int O_ACCMODE = 3;

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Checkpoint(RuntimeContext context) {
        this.context = context;
    }

    /**
     * Saves the container into image files, and removes it unless it is to run on. A container that could not be saved
     * runs on in any case.
     */
    public void checkpoint(CheckpointRequest request) {
        Container container = Container.load(context, request.id());
        Journal lock = Journal.of(container);
        try {
            Status status = container.status();
            if (status == Status.CREATED || status == Status.STOPPED) {
                throw new RuntimeFailure("Container cannot be checkpointed in " + status.text() + " state");
            }
            String program = CriuImages.program(context, "checkpoint");
            CriuImages.make(request.flags().imagePath(), "--image-path");
            checkParent(request);
            LibcKernel libc = LibcKernel.here();
            checkStatusFd(libc, request);
            Agent process = process(libc);
            try {
                save(libc, container, request, process, program);
            } finally {
                process.killAndReap();
                thaw(container, status);
            }
            if (!request.leaveRunning() && !request.preDump()) {
                new Teardown(context, container.directory(), lock).run();
            }
        } finally {
            lock.close();
        }
    }

    private static void checkParent(CheckpointRequest request) {
        if (request.parentPath().isEmpty()) {
            return;
        }
        Path given = Path.of(request.parentPath().get());
        if (given.isAbsolute()) {
            throw new RuntimeFailure("--parent-path must be relative (to --image-path)");
        }
        Path parent = request.flags().imagePath().resolve(given);
        if (!Files.isDirectory(parent)) {
            throw new RuntimeFailure("invalid --parent-path: " + parent + " is not a directory");
        }
    }

    private static void checkStatusFd(LibcKernel libc, CheckpointRequest request) {
        int fd = request.statusFd();
        if (!request.flags().lazyPages() || fd == -1) {
            return;
        }
        try {
            if ((libc.fcntl(fd, F_GETFL, 0) & O_ACCMODE) == OpenFlags.O_RDONLY) {
                throw new RuntimeFailure("invalid --status-fd argument " + fd + ": not writable");
            }
        } catch (KernelException e) {
            throw new RuntimeFailure("invalid --status-fd argument " + fd + ": " + e.getMessage(), e);
        }
    }

    private void save(LibcKernel libc, Container container, CheckpointRequest request, Agent process,
            String program) {
        CriuImages images = new CriuImages(process.kernel(), request.flags(), "dump.log");
        Spec spec = SpecReader.read(container.directory().configFile().toPath());
        CriuOptions options = images.options(container.record().rootfs(), spec.annotations())
                .pid(container.record().initPid()).leaveRunning(request.leaveRunning())
                .tcpSkipInFlight(request.tcpSkipInFlight()).linkRemap(request.linkRemap());
        request.parentPath().ifPresent(options::parentImages);
        request.pageServer().ifPresent(server -> options.pageServer(server.address(), server.port()));
        freezer(container).ifPresent(options::freezeCgroup);
        addNamespaces(libc, options, container, spec);
        if (!request.preDump()) {
            addMounts(libc, options, container, spec);
            writeDescriptors(libc, container, images);
        }
        Criu criu = Criu.start(libc, process, program, HostHooks.environment(context), images.opened());
        try {
            criu.request(request.preDump() ? RequestType.PRE_DUMP : RequestType.DUMP, options,
                    (event, pid, master) -> {
                        if (event.equals("status-ready") && request.statusFd() >= 0) {
                            libc.write(request.statusFd(), new byte[1]);
                            libc.close(request.statusFd());
                        }
                    }, images.log());
        } finally {
            criu.close();
        }
    }

    private static Agent process(LibcKernel libc) {
        Agent first = Agent.spawn(libc, "jrunc:[CRIU]");
        Agent process = first.fork(true, true);
        first.close();
        first.reap();
        return process;
    }

    private static Optional<String> freezer(Container container) {
        Map<String, String> cgroups = container.record().cgroups();
        return Optional.ofNullable(cgroups.getOrDefault("freezer", cgroups.get("")));
    }

    /** A namespace that the container has joined is not saved; it has to be there when the container is restored. */
    private static void addNamespaces(LibcKernel libc, CriuOptions options, Container container, Spec spec) {
        for (Map.Entry<NamespaceType, String> kind : EXTERNAL.entrySet()) {
            Optional<Namespace> namespace = spec.linux().flatMap(linux -> linux.namespace(kind.getKey()));
            if (namespace.isPresent() && namespace.get().path().isPresent()) {
                String name = Kinds.file(kind.getKey());
                long inode = libc.statx(Kernel.AT_FDCWD, "/proc/" + container.record().initPid() + "/ns/" + name, 0)
                        .inode();
                options.external(name + "[" + inode + "]:" + kind.getValue());
            }
        }
    }

    private static void addMounts(LibcKernel libc, CriuOptions options, Container container, Spec spec) {
        int root = libc.openat(Kernel.AT_FDCWD, "/proc/" + container.record().initPid() + "/root",
                OpenFlags.O_PATH | OpenFlags.O_CLOEXEC, 0);
        try {
            ExternalMounts mounts = ExternalMounts.of(spec, container.record().bundle(),
                    container.record().cgroups());
            for (String name : mounts.sources().keySet()) {
                options.externalMount(mountPoint(libc, root, name).orElse(name), name);
            }
            options.externalMount(NOTIFY_SOCKET, NOTIFY_SOCKET);
            for (String path : mounts.masked()) {
                Optional<String> masked = mountPoint(libc, root, path);
                if (masked.isPresent()
                        && !new File("/proc/" + container.record().initPid() + "/root" + masked.get()).isDirectory()) {
                    options.externalMount(masked.get(), ExternalMounts.MASK);
                }
            }
        } finally {
            libc.close(root);
        }
    }

    /** Where a destination is, when there are symbolic links in it; empty when it is not there. */
    private static Optional<String> mountPoint(LibcKernel libc, int root, String destination) {
        try {
            int fd = libc.openat2(root, destination, OpenFlags.O_PATH | OpenFlags.O_CLOEXEC, 0,
                    OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS);
            try {
                return Optional.of(libc.readlinkat(Kernel.AT_FDCWD, "/proc/self/fd/" + fd));
            } finally {
                libc.close(fd);
            }
        } catch (KernelException notThere) {
            return Optional.empty();
        }
    }

    private static void writeDescriptors(LibcKernel libc, Container container, CriuImages images) {
        JsonWriter json = JsonWriter.compact().beginArray();
        for (int fd = 0; fd < 3; fd++) {
            String target = "";
            try {
                target = libc.readlinkat(Kernel.AT_FDCWD, "/proc/" + container.record().initPid() + "/fd/" + fd);
            } catch (KernelException closed) {
                // As runc has it for what can not be read.
                target = "";
            }
            json.value(target);
        }
        try {
            SmallFile.replace(images.descriptors(), json.endArray().toBytes());
        } catch (IOException e) {
            throw new RuntimeFailure("can not write " + images.descriptors() + " (--image-path): " + Reason.of(e), e);
        }
    }

    /** criu thaws what it has frozen, unless it was killed. */
    private void thaw(Container container, Status before) {
        CgroupManager cgroup = container.cgroup(context);
        if (before != Status.PAUSED && container.isAlive() && container.status() == Status.PAUSED) {
            cgroup.thaw();
        }
    }
}
