package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.StatFs;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.NamespaceType;

/**
 * A mount of type {@code cgroup}: whatever the host has. With version 2 that is one mount; with version 1 a tmpfs with
 * one mount for each hierarchy, named as on the host. In an own cgroup namespace (cgroup_namespaces(7)) these are new
 * mounts, whose root is the container's cgroup; otherwise the container's directories of the host's mounts.
 */
final class CgroupMount {

    private static final String HOST = "/sys/fs/cgroup";
    private static final long SAFE = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

    private final Kernel kernel;
    private final RootfsPlan plan;
    private final MountSources host;
    private final Mounter mounter;
    private final FileSystems fileSystems;
    private final MountAttributes attributes;
    private final boolean namespace;

    /** A mounted hierarchy of version 1: names of its controllers, its name on the host, the container's directory. */
    record Hierarchy(String controllers, String name, String directory) {
    }

    CgroupMount(Kernel kernel, RootfsPlan plan, MountSources host, Mounter mounter, FileSystems fileSystems,
            MountAttributes attributes) {
        this.kernel = kernel;
        this.plan = plan;
        this.host = host;
        this.mounter = mounter;
        this.fileSystems = fileSystems;
        this.attributes = attributes;
        this.namespace = plan.has(NamespaceType.CGROUP);
    }

    /** Makes it. */
    void mount(PlannedMount mount) {
        if (mounter.isOnHost(HOST, StatFs.TMPFS_MAGIC)) {
            version1(mount);
        } else {
            version2(mount);
        }
    }

    private void version2(PlannedMount mount) {
        SafePath.Place place = mounter.target(mount, true, -1);
        PlannedMount unified = mount.with("cgroup2", "cgroup", mount.destination(), mount.options());
        int tree;
        try {
            tree = fileSystems.create(unified, mount.options().data(), mount.options().attributes());
        } catch (RuntimeFailure e) {
            if (!Mounter.isErrno(e, Errno.EPERM) && !Mounter.isErrno(e, Errno.EBUSY)) {
                throw e;
            }
            mounter.spent().add(place.fd());
            bindVersion2(mount);
            return;
        }
        mounter.attach(mount, tree, place);
        attributes.propagation(tree, mount.options().propagation());
        mounter.spent().add(tree);
    }

    /**
     * A user namespace without own cgroup namespace may not mount it. It gets the container's directory only, and never
     * writable by accident: what can not be shown is masked (CVE-2023-25809).
     */
    private void bindVersion2(PlannedMount mount) {
        String source = HOST;
        if (!namespace && plan.userNamespace()) {
            for (String line : KernelFiles.lines(kernel, "/proc/self/cgroup")) {
                if (line.startsWith("0::/") && line.length() > 4) {
                    source = HOST + line.substring(3);
                }
            }
        }
        List<String> words = new ArrayList<>();
        words.add("bind");
        for (String word : mount.mount().options()) {
            if (!mount.options().data().contains(word)) {
                words.add(word);
            }
        }
        PlannedMount bind = mount.with("bind", source, mount.destination(), MountOptions.parse(words));
        try {
            mounter.bind(bind);
        } catch (RuntimeFailure e) {
            if (!Mounter.isErrno(e, Errno.ENOENT)) {
                throw e;
            }
            SafePath.Place place = mounter.target(mount, true, -1);
            PlannedMount mask = mount.with("tmpfs", "tmpfs", mount.destination(), MountOptions.parse(List.of()));
            int tree = fileSystems.create(mask, plan.label().added("tmpfs", List.of("nr_blocks=1", "nr_inodes=1")),
                    MOUNT_ATTR_RDONLY);
            mounter.attach(mask, tree, place);
            mounter.spent().add(tree);
        }
    }

    private void version1(PlannedMount mount) {
        List<Hierarchy> hierarchies = hierarchies();
        if (hierarchies.isEmpty()) {
            throw MountFailure.of(mount, "no cgroup hierarchy is mounted on the host");
        }
        SafePath.Place place = mounter.target(mount, true, -1);
        PlannedMount base = mount.with("tmpfs", "tmpfs", mount.destination(), MountOptions.parse(List.of()));
        int directory = fileSystems.create(base, plan.label().added("tmpfs", List.of("mode=755")), SAFE);
        mounter.attach(base, directory, place);
        List<Integer> fresh = new ArrayList<>();
        for (Hierarchy hierarchy : hierarchies) {
            if (namespace) {
                fresh.add(fresh(mount, hierarchy));
            }
        }
        attach(mount, hierarchies, fresh, directory);
        if (mount.options().has(MS_RDONLY) && !attributes.readOnly(directory)) {
            attributes.readOnlyOld(directory);
        }
        attributes.propagation(directory, mount.options().propagation());
        mounter.spent().add(directory);
    }

    /** Adds that a hierarchy of several controllers is found under each of their names. */
    private static void link(CallSequence calls, int directory, String name, List<Integer> links) {
        if (name.indexOf(',') < 0) {
            return;
        }
        for (String controller : KernelFiles.split(name, ',')) {
            links.add((int) calls.anyway().call(Syscall.SYMLINKAT, Arg.text(name), Arg.of(directory),
                    Arg.text(controller)));
        }
    }

    private int fresh(PlannedMount mount, Hierarchy hierarchy) {
        List<String> data = new ArrayList<>();
        String source = "cgroup";
        if (hierarchy.controllers().startsWith("name=")) {
            source = hierarchy.controllers().substring("name=".length());
            data.add("none");
            data.add(hierarchy.controllers());
        } else {
            data.addAll(KernelFiles.split(hierarchy.controllers(), ','));
        }
        PlannedMount one = mount.with("cgroup", source, mount.destination() + '/' + hierarchy.name(),
                mount.options());
        return fileSystems.create(one, data, mount.options().attributes() | SAFE);
    }

    /** The mounts, or else clones of the host's, go into the new tmpfs, in which there is nothing else yet. */
    private void attach(PlannedMount mount, List<Hierarchy> hierarchies, List<Integer> fresh, int directory) {
        CallSequence calls = kernel.sequence();
        List<Integer> opened = new ArrayList<>();
        List<Integer> links = new ArrayList<>();
        for (int i = 0; i < hierarchies.size(); i++) {
            Hierarchy hierarchy = hierarchies.get(i);
            int tree;
            if (fresh.isEmpty()) {
                tree = bound(calls, mount, hierarchy);
                opened.add(tree);
            } else {
                tree = fresh.get(i);
                mounter.spent().add(tree);
            }
            calls.mkdirat(directory, hierarchy.name(), 0755);
            int target = calls.openat2(directory, hierarchy.name(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0,
                    RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
            calls.moveMount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
            opened.add(target);
        }
        for (Hierarchy hierarchy : hierarchies) {
            link(calls, directory, hierarchy.name(), links);
        }
        calls.run();
        for (int link : links) {
            int result = calls.result(link);
            if (result < 0 && result != -Errno.EEXIST) {
                throw new KernelException("symlinkat", "in " + mount.destination(), -result);
            }
        }
        for (int fd : opened) {
            mounter.spent().add(calls.result(fd));
        }
    }

    private static int bound(CallSequence calls, PlannedMount mount, Hierarchy hierarchy) {
        int tree = calls.openTree(Kernel.AT_FDCWD, hierarchy.directory(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        long set = mount.options().attributes() | SAFE;
        calls.mountSetattr(tree, "", AT_EMPTY_PATH, set, mount.options().has(MS_RDONLY) ? 0 : MOUNT_ATTR_RDONLY, 0,
                0);
        return tree;
    }

    /**
     * What init is in ({@code /proc/self/cgroup}, cgroups(7)), or is going to enter, as far as it is mounted, in the
     * order of the mounts.
     */
    private List<Hierarchy> hierarchies() {
        List<String> cgroups = KernelFiles.lines(kernel, "/proc/self/cgroup");
        List<Hierarchy> found = new ArrayList<>();
        for (MountInfo mount : MountInfo.ofInit(kernel, "cgroup")) {
            String point = mount.mountPoint();
            if (!mount.type().equals("cgroup") || !SafePath.isWithin(point, HOST)) {
                continue;
            }
            List<String> options = KernelFiles.split(mount.superBlock(), ',');
            for (String line : cgroups) {
                int first = line.indexOf(':');
                int second = line.indexOf(':', first + 1);
                String controllers = line.substring(first + 1, second);
                List<String> names = KernelFiles.split(controllers, ',');
                if (!names.isEmpty() && options.containsAll(names) && !contains(found, controllers)) {
                    Optional<String> later = names.contains("memory") ? host.memoryCgroup() : Optional.empty();
                    found.add(new Hierarchy(controllers, point.substring(point.lastIndexOf('/') + 1),
                            later.isPresent() ? later.get() : directory(mount, line.substring(second + 1))));
                }
            }
        }
        return found;
    }

    private static boolean contains(List<Hierarchy> hierarchies, String controllers) {
        for (Hierarchy hierarchy : hierarchies) {
            if (hierarchy.controllers().equals(controllers)) {
                return true;
            }
        }
        return false;
    }

    private static String directory(MountInfo mount, String cgroup) {
        if (mount.root().equals("/")) {
            return mount.mountPoint() + (cgroup.equals("/") ? "" : cgroup);
        }
        return SafePath.isWithin(cgroup, mount.root())
                ? mount.mountPoint() + cgroup.substring(mount.root().length()) : mount.mountPoint();
    }
}
