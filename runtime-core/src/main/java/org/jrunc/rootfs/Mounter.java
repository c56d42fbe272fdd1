package org.jrunc.rootfs;

import static org.jrunc.kernel.MountFlags.*;
import static org.jrunc.kernel.OpenFlags.*;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Stat;
import org.jrunc.kernel.StatFs;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;

/**
 * Makes the mounts of the configuration. Each is made detached, gets its attributes, and is then attached to a
 * descriptor of its target (move_mount(2)): no path is looked up a second time, and nobody ever sees it without them.
 */
final class Mounter {

    private static final int BENEATH = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;

    private final Kernel kernel;
    private final RootfsPlan plan;
    private final MountSources host;
    private final RuntimeLog log;
    private final SafePath paths;
    private final Spent spent;
    private final FileSystems fileSystems;
    private final MountAttributes attributes;
    private final List<Integer> readOnlyLater = new ArrayList<>();

    Mounter(Kernel kernel, RootfsPlan plan, MountSources host, RuntimeLog log, SafePath paths, Spent spent) {
        this.kernel = kernel;
        this.plan = plan;
        this.host = host;
        this.log = log;
        this.paths = paths;
        this.spent = spent;
        this.fileSystems = new FileSystems(kernel, spent);
        this.attributes = new MountAttributes(kernel);
    }

    /** Makes one mount. */
    void mount(PlannedMount mount) {
        try {
            if (mount.options().has(MS_REMOUNT)) {
                remount(mount);
            } else if (mount.options().bind()) {
                bind(mount);
            } else if (mount.type().equals("cgroup")) {
                new CgroupMount(kernel, plan, host, this, fileSystems, attributes).mount(mount);
            } else {
                fileSystem(mount);
            }
        } catch (KernelException e) {
            throw MountFailure.of(mount, e, "");
        }
    }

    /** Mounts that were asked to be read-only and are not yet. */
    List<Integer> readOnlyLater() {
        return readOnlyLater;
    }

    Spent spent() {
        return spent;
    }

    SafePath paths() {
        return paths;
    }

    // Bind mounts.

    void bind(PlannedMount mount) {
        int tree = mount.isIdMapped() ? idMapped(mount) : source(mount);
        boolean directory = kernel.statx(tree, "", AT_EMPTY_PATH).isDirectory();
        SafePath.Place place = target(mount, directory, tree);
        boolean done = attributes.bind(mount, tree);
        attach(mount, tree, place);
        if (!done) {
            attributes.remountOld(tree, mount.options());
        }
        attributes.propagation(tree, mount.options().propagation());
        spent.add(tree);
    }

    private int source(PlannedMount mount) {
        boolean recursive = mount.options().recursive();
        try {
            return kernel.openTree(Kernel.AT_FDCWD, mount.source(),
                    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? AT_RECURSIVE : 0));
        } catch (KernelException e) {
            // A directory on the way that only the real root may enter; the runtime may have more luck.
            if (e.is(Errno.EACCES) && plan.userNamespace()) {
                return fromHost(mount, recursive, e);
            }
            throw sourceFailure(mount, e);
        }
    }

    private int fromHost(PlannedMount mount, boolean recursive, KernelException refused) {
        try {
            return host.cloneTree(mount.source(), recursive);
        } catch (KernelException e) {
            // A runtime without privileges is not even let into the mount namespace.
            throw sourceFailure(mount, e.is(Errno.EPERM) || e.is(Errno.EACCES) ? refused : e);
        }
    }

    private static RuntimeFailure sourceFailure(PlannedMount mount, KernelException e) {
        String detail = "";
        if (e.is(Errno.ENOENT)) {
            detail = mount.pointer() + "/source is missing on the host";
        } else if (e.is(Errno.EINVAL)) {
            detail = mount.pointer() + "/source is on an unbindable mount, or has mounts below it that a more "
                    + "privileged namespace has locked: try rbind";
        }
        return MountFailure.of(mount, e, detail);
    }

    private int idMapped(PlannedMount mount) {
        try {
            return host.idMapped(mount.source(), mount.options().recursive(), mount.options().recursiveIdMap(),
                    mount.mount().uidMappings(), mount.mount().gidMappings());
        } catch (KernelException e) {
            if (e.is(Errno.ENOSYS)) {
                throw MountFailure.tooOld(mount, e, "an id-mapped mount", "5.12");
            }
            if (e.call().equals("open_tree")) {
                throw sourceFailure(mount, e);
            }
            if (!e.call().equals("mount_setattr")) {
                throw MountFailure.of(mount, e, "an id-mapped mount needs a runtime with root's privileges on the host");
            }
            throw MountFailure.of(mount, e, e.is(Errno.EINVAL) ? "the file system of " + mount.source()
                    + " does not support id-mapped mounts, or is id-mapped already" : "");
        }
    }

    // Everything else.

    private void fileSystem(PlannedMount mount) {
        boolean pseudo = mount.type().equals("proc") || mount.type().equals("sysfs");
        SafePath.Place place = pseudo ? ordinaryDirectory(mount) : target(mount, true, -1);
        List<String> data = mount.options().data();
        if (mount.type().equals("tmpfs") && !place.created()) {
            data = inheritMode(place, data);
        }
        data = plan.label().added(mount.type(), data);
        if (FileSystems.needsMount2(mount, data)) {
            mountOld(mount, place, data);
            return;
        }
        int tree;
        try {
            tree = fileSystems.create(mount, data, newAttributes(mount));
        } catch (RuntimeFailure e) {
            if (mount.type().equals("sysfs") && plan.userNamespace() && isErrno(e, Errno.EPERM)) {
                bindSys(mount, place);
                return;
            }
            throw e;
        }
        if (mount.type().equals("mqueue")) {
            plan.label().set(kernel, tree);
        }
        if (mount.options().copyUp()) {
            new CopyUp(kernel).copy(place.fd(), tree);
        }
        if ((mount.options().recursiveSet() | mount.options().recursiveCleared()) != 0) {
            attributes.recursive(mount, tree);
        }
        attach(mount, tree, place);
        attributes.propagation(tree, mount.options().propagation());
        settle(mount, tree);
    }

    static boolean isErrno(RuntimeFailure failure, int errno) {
        return failure.getCause() instanceof KernelException e && e.is(errno);
    }

    static long newAttributes(PlannedMount mount) {
        long attributes = mount.options().attributes();
        return mount.isReadOnlyLater() ? attributes & ~MOUNT_ATTR_RDONLY : attributes;
    }

    /** Keeps the descriptor of a mount for later, or has it closed. */
    void settle(PlannedMount mount, int tree) {
        if (mount.isReadOnlyLater()) {
            readOnlyLater.add(tree);
        } else {
            spent.add(tree);
        }
    }

    /** A tmpfs on something that was there looks like that, also with sticky and set-gid bit; own options win. */
    private List<String> inheritMode(SafePath.Place place, List<String> data) {
        for (String word : data) {
            if (word.startsWith("mode=")) {
                return data;
            }
        }
        List<String> all = new ArrayList<>();
        all.add("mode=0" + Integer.toOctalString(kernel.statx(place.fd(), "", AT_EMPTY_PATH).permissions()));
        all.addAll(data);
        return all;
    }

    /**
     * The host's sysfs in place of an own one: the kernel gives a user namespace one only together with a network
     * namespace. With everything below it, as locked mounts can not be left out; all of it read-only if asked.
     */
    private void bindSys(PlannedMount mount, SafePath.Place place) {
        int tree = kernel.openTree(Kernel.AT_FDCWD, "/sys", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        long set = mount.options().attributes() & ~MOUNT_ATTR__ATIME;
        if (set != 0) {
            kernel.mountSetattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, set, 0, 0, 0);
        }
        attach(mount, tree, place);
        attributes.propagation(tree, mount.options().propagation());
        spent.add(tree);
    }

    /** mount(2) on the target's descriptor, for what {@link FileSystems#needsMount2} names. */
    private void mountOld(PlannedMount mount, SafePath.Place place, List<String> data) {
        long later = mount.isReadOnlyLater() ? MS_RDONLY : 0;
        try {
            kernel.mount(mount.source().isEmpty() ? "none" : mount.source(), MountAttributes.descriptor(place.fd()),
                    mount.type(), mount.options().flags() & ~later, String.join(",", data));
        } catch (KernelException e) {
            throw MountFailure.of(mount, e, "options are " + mount.mount().options());
        }
        // The descriptor still shows what is below the new mount.
        int tree = kernel.openat2(paths.root(), place.path(), O_PATH | O_CLOEXEC, 0, BENEATH | RESOLVE_NO_SYMLINKS);
        if (kernel.statx(tree, "", AT_EMPTY_PATH).mountId()
                == kernel.statx(place.fd(), "", AT_EMPTY_PATH).mountId()) {
            throw MountFailure.of(mount, "the target was moved while it was mounted on");
        }
        spent.add(place.fd());
        if ((mount.options().recursiveSet() | mount.options().recursiveCleared()) != 0) {
            attributes.recursive(mount, tree);
        }
        attributes.propagation(tree, mount.options().propagation());
        settle(mount, tree);
    }

    /** {@code remount}: changes what is mounted at the destination. */
    private void remount(PlannedMount mount) {
        int fd = paths.open(mount.destination(), 0);
        MountOptions options = mount.options();
        if (!options.bind() && (!options.data().isEmpty()
                || ((options.flags() | options.cleared()) & (MS_RDONLY | MS_SYNCHRONOUS | MS_LAZYTIME)) != 0)) {
            int context = kernel.fspick(fd);
            FileSystems.configure(kernel, context, mount, options.data());
            if ((options.cleared() & MS_RDONLY) != 0) {
                kernel.fsconfigFlag(context, "rw");
            }
            kernel.fsconfigReconfigure(context);
            spent.add(context);
        }
        if (!attributes.bind(mount, fd)) {
            attributes.remountOld(fd, options);
        }
        attributes.propagation(fd, options.propagation());
        spent.add(fd);
    }

    // Targets.

    /** The target, made if it is missing; {@code source} is the descriptor of a bind source, or -1. */
    SafePath.Place target(PlannedMount mount, boolean directory, int source) {
        SafePath.Place place;
        try {
            place = directory ? paths.directory(mount.destination()) : paths.file(mount.destination());
        } catch (KernelException e) {
            throw MountFailure.of(mount, e, "creating the target " + mount.pointer() + "/destination");
        }
        if (place.path().equals("/")) {
            throw MountFailure.of(mount, "mountpoint \"" + mount.destination() + "\" is on the top of rootfs \""
                    + plan.rootfs() + '"');
        }
        ProcMounts.check(kernel, mount, place.path(), source, log);
        return place;
    }

    /**
     * The target of a proc or sysfs, which may not be reached by a link: a container that shares a volume with this one
     * could let it point to where writes to /proc then miss (CVE-2019-19921, CVE-2023-27561).
     */
    private SafePath.Place ordinaryDirectory(PlannedMount mount) {
        boolean created = false;
        int fd;
        try {
            fd = plainDirectory(mount.destination());
            if (fd < 0) {
                SafePath.Place place = target(mount, true, -1);
                created = place.created();
                spent.add(place.fd());
                fd = plainDirectory(mount.destination());
            }
        } catch (KernelException e) {
            if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                throw new RuntimeFailure("error mounting \"" + mount.source() + "\" to rootfs at \""
                        + mount.destination() + "\": filesystem \"" + mount.type()
                        + "\" must be mounted on ordinary directory (" + mount.pointer() + "/destination)", e);
            }
            throw e;
        }
        String path = SafePath.clean(mount.destination());
        ProcMounts.check(kernel, mount, path, -1, log);
        return new SafePath.Place(fd, path, created);
    }

    private int plainDirectory(String path) {
        try {
            return kernel.openat2(paths.root(), path, O_PATH | O_CLOEXEC | O_DIRECTORY, 0,
                    BENEATH | RESOLVE_NO_SYMLINKS);
        } catch (KernelException e) {
            if (e.is(Errno.ENOENT)) {
                return -1;
            }
            throw e;
        }
    }

    /** Attaches a detached mount. */
    void attach(PlannedMount mount, int tree, SafePath.Place place) {
        try {
            kernel.moveMount(tree, "", place.fd(), "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
        } catch (KernelException e) {
            Stat source = kernel.statx(tree, "", AT_EMPTY_PATH);
            Stat target = kernel.statx(place.fd(), "", AT_EMPTY_PATH);
            if (source.isDirectory() == target.isDirectory()) {
                throw MountFailure.of(mount, e, "");
            }
            // move_mount(2) calls this EINVAL. Engines know the text of what mount(2) calls it.
            throw MountFailure.of(mount, new KernelException(e.call(), e.arguments(), Errno.ENOTDIR), "source is "
                    + source.kind() + ", target is " + target.kind()
                    + ". Are you trying to mount a directory onto a file (or vice-versa)?");
        }
        spent.add(place.fd());
    }

    /** Whether a file system on the host is of a type; not if there is none. */
    boolean isOnHost(String path, long type) {
        try {
            CallSequence calls = kernel.sequence();
            int fd = calls.openat(Kernel.AT_FDCWD, path, O_PATH | O_CLOEXEC, 0);
            Block found = Block.out(StatFs.SIZE);
            calls.call(Syscall.FSTATFS, Arg.of(fd), found);
            calls.close(fd);
            calls.run();
            return StatFs.of(found).type() == type;
        } catch (KernelException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }
}
