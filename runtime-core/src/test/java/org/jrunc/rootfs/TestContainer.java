package org.jrunc.rootfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jrunc.agent.Agent;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Device;
import org.jrunc.spec.IdMapping;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Mount;
import org.jrunc.spec.Namespace;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Root;
import org.jrunc.spec.Spec;

/** A real init process with a real root file system to be, and what the tests want to know of it. */
final class TestContainer implements AutoCloseable {

    static final long CLONE_NEWNS = 0x20000;
    static final long CLONE_NEWCGROUP = 0x2000000;
    static final long CLONE_NEWUTS = 0x4000000;
    static final long CLONE_NEWIPC = 0x8000000;
    static final long CLONE_NEWUSER = 0x10000000;
    static final long CLONE_NEWPID = 0x20000000;
    static final long CLONE_NEWNET = 0x40000000;
    static final long ALL = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET;

    final LibcKernel libc = new LibcKernel();
    final Path rootfs;
    final List<String> warnings = new ArrayList<>();
    private final Agent outer;
    private final Agent init;
    private final SpecBuilder spec = new SpecBuilder();
    private MountSources sources = MountSources.NONE;
    private long flags;
    private Rootfs built;
    private boolean old;

    /** Parts of a configuration, with what most tests want. */
    static final class SpecBuilder {
        final List<Mount> mounts = new ArrayList<>();
        final List<Device> devices = new ArrayList<>();
        final List<String> masked = new ArrayList<>();
        final List<String> readonly = new ArrayList<>();
        Map<String, String> sysctl = Map.of();
        String propagation = "";
        boolean readonlyRoot;
        final List<Namespace> namespaces = new ArrayList<>();

        Spec build(String path) {
            Linux linux = new Linux(List.of(), List.of(), sysctl, Optional.empty(), Optional.empty(), namespaces,
                    devices, Map.of(), Optional.empty(),
                    propagation.isEmpty() ? Optional.empty() : Optional.of(propagation), masked, readonly,
                    Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
            return new Spec("1.3.0", Optional.of(new Root(path, readonlyRoot)), Optional.empty(), Optional.empty(),
                    Optional.empty(), mounts, Optional.empty(), Map.of(), Optional.of(linux));
        }
    }

    private TestContainer(Path rootfs, Consumer<Kernel> host, long flags) {
        this.rootfs = rootfs;
        this.flags = flags;
        outer = Agent.spawn(libc, "jrunc-test-outer");
        if (host != null) {
            outer.kernel().unshare(CLONE_NEWNS);
            outer.kernel().mount("", "/", "", 0x44000, "");
            host.accept(outer.kernel());
        }
        if ((flags & CLONE_NEWUSER) != 0) {
            outer.kernel().unshare(CLONE_NEWUSER);
            try {
                Files.writeString(Path.of("/proc/" + outer.pid() + "/uid_map"), "0 100000 65536\n");
                Files.writeString(Path.of("/proc/" + outer.pid() + "/gid_map"), "0 100000 65536\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            outer.kernel().setresgid(0, 0, 0);
            outer.kernel().setresuid(0, 0, 0);
        }
        outer.kernel().unshare(flags & ~CLONE_NEWUSER);
        init = outer.fork(true, false);
        addNamespace(CLONE_NEWNS, NamespaceType.MOUNT);
        addNamespace(CLONE_NEWUTS, NamespaceType.UTS);
        addNamespace(CLONE_NEWIPC, NamespaceType.IPC);
        addNamespace(CLONE_NEWPID, NamespaceType.PID);
        addNamespace(CLONE_NEWNET, NamespaceType.NETWORK);
        addNamespace(CLONE_NEWUSER, NamespaceType.USER);
        addNamespace(CLONE_NEWCGROUP, NamespaceType.CGROUP);
    }

    private void addNamespace(long flag, NamespaceType type) {
        if ((flags & flag) != 0) {
            spec.namespaces.add(new Namespace(type, Optional.empty()));
        }
    }

    /** With a bare root directory, and the usual namespaces. */
    static TestContainer in(Path directory) {
        return in(directory, ALL);
    }

    static TestContainer in(Path directory, long flags) {
        return hostWith(directory, null, flags);
    }

    /** On a host on which something was done first, in a mount namespace where nobody else sees it. */
    static TestContainer hostWith(Path directory, Consumer<Kernel> host, long flags) {
        try {
            Files.createDirectories(directory);
            Path rootfs = directory.toRealPath().resolve("rootfs");
            Files.createDirectories(rootfs.resolve("bin"));
            Files.copy(Path.of("/usr/bin/busybox"), rootfs.resolve("bin/busybox"));
            if ((flags & CLONE_NEWUSER) != 0) {
                for (Path above = directory; !above.equals(Path.of("/tmp")) && above.getParent() != null;
                        above = above.getParent()) {
                    Files.setPosixFilePermissions(above,
                            java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
                }
                for (Path path : List.of(rootfs, rootfs.resolve("bin"))) {
                    Files.setAttribute(path, "unix:uid", 100000);
                    Files.setAttribute(path, "unix:gid", 100000);
                }
            }
            return new TestContainer(rootfs, host, flags);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SpecBuilder spec() {
        return spec;
    }

    TestContainer mount(String type, String source, String destination, String... options) {
        spec.mounts.add(new Mount(destination, type.isEmpty() ? Optional.empty() : Optional.of(type),
                source.isEmpty() ? Optional.empty() : Optional.of(source), List.of(options), List.of(), List.of()));
        return this;
    }

    TestContainer mapped(String source, String destination, List<IdMapping> ids, String... options) {
        spec.mounts.add(new Mount(destination, Optional.empty(), Optional.of(source), List.of(options), ids, ids));
        return this;
    }

    TestContainer sources(MountSources host) {
        sources = host;
        return this;
    }

    /** A kernel without mount_setattr(2). */
    TestContainer old() {
        old = true;
        return this;
    }

    private static Kernel beforeLinux512(Kernel kernel) {
        return new Kernel() {
            @Override
            public long invoke(Syscall call, Arg... arguments) {
                return call == Syscall.MOUNT_SETATTR ? -Errno.ENOSYS : kernel.invoke(call, arguments);
            }
        };
    }

    Rootfs rootfs(boolean noPivot) {
        RuntimeLog log = (level, message) -> warnings.add(message);
        RootfsPlan plan = new RootfsPlan(spec.build(rootfs.toString()), rootfs.getParent().toString(),
                rootfs.toString(), (flags & CLONE_NEWUSER) != 0, (flags & CLONE_NEWNS) != 0, noPivot);
        built = new Rootfs(old ? beforeLinux512(init.kernel()) : init.kernel(), plan, sources, log);
        return built;
    }

    /** Everything, as {@code create} does it. */
    TestContainer build() {
        return build(false);
    }

    TestContainer build(boolean noPivot) {
        Rootfs all = rootfs(noPivot);
        all.prepare();
        all.mountAll();
        all.devices();
        all.pivot();
        all.sysctl(libc);
        all.finish();
        return this;
    }

    Kernel kernel() {
        return init.kernel();
    }

    Agent init() {
        return init;
    }

    /** A path inside, as the host sees it. */
    Path path(String inside) {
        return Path.of("/proc/" + init.pid() + "/root" + inside);
    }

    /** What mountinfo says of the mount at a path inside, the last one if there are several. */
    String mountAt(String inside) {
        String found = "";
        for (String line : mountInfo()) {
            if (line.split(" ")[4].equals(inside)) {
                found = line;
            }
        }
        return found;
    }

    List<String> mountInfo() {
        return mountInfo(init.pid());
    }

    static List<String> mountInfo(int pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/mountinfo"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Options of the mount at a path, and those of its file system. */
    String optionsAt(String inside) {
        String line = mountAt(inside);
        return line.isEmpty() ? "" : line.split(" ")[5] + " - " + line.substring(line.lastIndexOf(' ') + 1);
    }

    int descriptors() {
        // Whatever it closes first is closed when it answers.
        init.kernel().getpid();
        String[] open = Path.of("/proc/" + init.pid() + "/fd").toFile().list();
        return open == null ? -1 : open.length;
    }

    @Override
    public void close() {
        init.killAndReap();
        outer.killAndReap();
        outer.closeRegion();
    }
}
