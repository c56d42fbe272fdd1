package org.jrunc.namespace;

import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Prctl;
import org.jrunc.kernel.Syscall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.IdMapping;
import org.jrunc.spec.NamespaceType;

/**
 * Takes a process into the namespaces of a container. The process must have one thread, be in its final cgroup when it
 * makes a new cgroup namespace, and must not have forked since; its next child is the first process in new pid and time
 * namespaces.
 */
public final class Namespaces {

    private final Kernel brain;
    private final NamespacePlan plan;
    private final IdMaps maps;
    private final RuntimeLog log;

    /**
     * A way into the namespaces of a plan.
     *
     * @param brain the runtime itself: writes what a process may not write about itself
     * @param plan  which namespaces
     * @param maps  writes the id maps
     * @param log   for warnings
     */
    public Namespaces(Kernel brain, NamespacePlan plan, IdMaps maps, RuntimeLog log) {
        this.brain = brain;
        this.plan = plan;
        this.maps = maps;
        this.log = log;
    }

    /** Takes the process into all of them, see {@link #enterButCgroup}. */
    public Entered enter(Kernel hands, int pid) {
        Entered entered = enterButCgroup(hands, pid);
        unshareCgroup(hands);
        return entered;
    }

    /** Makes the new cgroup namespace, if there is to be one; the cgroups of the process become its roots. */
    public void unshareCgroup(Kernel hands) {
        if (plan.isNew(NamespaceType.CGROUP)) {
            unshare(hands, NamespaceType.CGROUP);
        }
    }

    /**
     * Takes the process into all but a new cgroup namespace. Afterwards it is root of the container's user namespace,
     * undumpable, and the host name is set and {@code lo} up where those are the container's.
     *
     * @param hands the process's system calls
     * @param pid   its pid for the brain
     * @throws RuntimeFailure naming the entry of {@code /linux/namespaces}
     */
    public Entered enterButCgroup(Kernel hands, int pid) {
        TimeOffsets offsets = new TimeOffsets(brain, pid, plan.timeOffsets());
        try (NamespaceFiles files = new NamespaceFiles(hands, plan)) {
            // From here on nobody in a joined namespace may trace this process or take its descriptors
            // (CVE-2016-9962).
            setDumpable(hands, false);
            joinOthers(files, !files.contains(NamespaceType.USER));
            Entered entered = enterUser(hands, pid, files);
            joinOthers(files, true);
            makeOthers(hands, offsets);
            return entered;
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to enter the container's namespaces: " + e.getMessage(), e);
        } finally {
            offsets.close();
        }
    }

    /**
     * Takes the process to where another one is, with a plan of {@link NamespacePlan#joining}: all at once where the
     * kernel can do that (Linux 5.8), which looks at the namespaces of that very process and not of a later one with
     * its pid. Afterwards it is root of the container's user namespace, undumpable, and at the container's root.
     *
     * @param hands   the process's system calls
     * @param pid     its pid for the brain
     * @param initPid pid of the other process; that it is still the one that was meant is to be checked afterwards
     * @throws RuntimeFailure naming the entry of {@code /linux/namespaces}
     */
    public void enter(Kernel hands, int pid, int initPid) {
        try {
            int root = -1;
            if (plan.isInherited(NamespaceType.MOUNT)) {
                root = hands.openat(Kernel.AT_FDCWD, "/proc/" + initPid + "/root",
                        OpenFlags.O_PATH | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
            }
            if (!joinAll(hands, initPid)) {
                // One by one, which finds the one that is to blame, or a way.
                enter(hands, pid);
            }
            if (root >= 0) {
                hands.fchdir(root);
                hands.chroot(".");
                hands.close(root);
            }
        } catch (KernelException e) {
            throw new RuntimeFailure("unable to enter the container's namespaces: " + e.getMessage(), e);
        }
    }

    private boolean joinAll(Kernel hands, int initPid) {
        long flags = 0;
        for (NamespaceType type : Kinds.ORDER) {
            if (plan.isJoined(type)) {
                flags |= Kinds.flag(type);
            }
        }
        CallSequence calls = hands.sequence();
        setDumpable(calls, false);
        if (flags == 0) {
            calls.run();
            return true;
        }
        int pidfd = calls.pidfdOpen(initPid);
        int entered = (int) calls.anyway().call(Syscall.SETNS, Arg.of(pidfd), Arg.of(flags));
        calls.close(pidfd);
        calls.run();
        boolean joined = calls.result(entered) >= 0;
        if (joined && plan.isJoined(NamespaceType.USER)) {
            if (!plan.keepOriginalGroups()) {
                long result = hands.invoke(Syscall.SETGROUPS, Arg.of(0), Arg.none());
                // Denied in this namespace (user_namespaces(7)): nobody can drop a group in it.
                if (result != -Errno.EPERM) {
                    hands.check(result, Syscall.SETGROUPS, Arg.of(0));
                }
            }
            becomeRoot(hands, false);
            setDumpable(hands, false);
        }
        return joined;
    }

    private static void setDumpable(Kernel hands, boolean dumpable) {
        hands.prctl(Prctl.PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0);
    }

    /**
     * Joins whatever can be joined now. A namespace may belong to the user namespace that is yet to be joined, so that
     * the privilege comes only with that one; or to another one, so that it has to be joined before (runc 1.2).
     */
    private void joinOthers(NamespaceFiles files, boolean mustSucceed) {
        for (NamespaceType type : Kinds.ORDER) {
            if (type == NamespaceType.USER || !files.contains(type)) {
                continue;
            }
            if (!files.join(type) && mustSucceed) {
                throw new RuntimeFailure(files.failure(type) + "setns: EPERM (it belongs to a user namespace in which"
                        + " the runtime has no CAP_SYS_ADMIN; its owner is neither the runtime's user namespace nor the"
                        + " one of /linux/namespaces)");
            }
        }
    }

    private Entered enterUser(Kernel hands, int pid, NamespaceFiles files) {
        if (plan.isInherited(NamespaceType.USER)) {
            return new Entered(List.of(), List.of(), true);
        }
        Entered entered;
        if (plan.isNew(NamespaceType.USER)) {
            entered = unshareUser(hands, pid);
        } else if (files.isOwnUserNamespace()) {
            files.drop(NamespaceType.USER);
            return new Entered(List.of(), List.of(), true);
        } else {
            entered = joinUser(pid, files);
        }
        becomeRoot(hands, entered.setgroupsAllowed() && !plan.keepOriginalGroups());
        // Changed credentials make a process dumpable again or leave that to fs.suid_dumpable.
        setDumpable(hands, false);
        return entered;
    }

    private Entered unshareUser(Kernel hands, int pid) {
        // By itself and first: the other namespaces then belong to it. With a single unshare(2) of all, some
        // kernels got the owner of the mqueue file system wrong.
        unshare(hands, NamespaceType.USER);
        // The files of /proc/PID of an undumpable process belong to root: a rootless runtime could not write them.
        setDumpable(hands, true);
        boolean setgroups = maps.write(pid, plan.uidMappings(), plan.gidMappings());
        return new Entered(plan.uidMappings(), plan.gidMappings(), setgroups);
    }

    private Entered joinUser(int pid, NamespaceFiles files) {
        if (!files.join(NamespaceType.USER)) {
            throw new RuntimeFailure(files.failure(NamespaceType.USER) + "setns: EPERM (the runtime has no"
                    + " CAP_SYS_ADMIN in it: another user made it)");
        }
        try {
            Entered entered = new Entered(IdMaps.parse(ProcFile.read(brain, pid, "uid_map")),
                    IdMaps.parse(ProcFile.read(brain, pid, "gid_map")),
                    !ProcFile.read(brain, pid, "setgroups").startsWith("deny"));
            checkAgainstConfig(entered);
            return entered;
        } catch (KernelException e) {
            throw new RuntimeFailure(files.failure(NamespaceType.USER) + "its maps can not be read: "
                    + e.getMessage(), e);
        }
    }

    /** containerd and CRI-O give a path, and beside it the mappings that are in force there. */
    private void checkAgainstConfig(Entered entered) {
        compare("uid", plan.uidMappings(), entered.uidMappings());
        compare("gid", plan.gidMappings(), entered.gidMappings());
        if (!plan.uidMappings().isEmpty() || !plan.gidMappings().isEmpty()) {
            log.warn("config has both a user namespace path and the mappings in force there; the mappings of /linux are"
                    + " ignored");
        }
    }

    private void compare(String ids, List<IdMapping> configured, List<IdMapping> actual) {
        if (!configured.isEmpty() && !configured.equals(actual)) {
            throw new RuntimeFailure("user namespaces enabled, but both namespace path and non-matching mapping"
                    + " specified -- you may only provide one: /linux/" + ids + "Mappings is "
                    + flat(configured) + ", " + plan.pointer(NamespaceType.USER) + "/path has " + flat(actual));
        }
    }

    private static String flat(List<IdMapping> mappings) {
        return '"' + IdMaps.text(mappings).strip().replace("\n", ", ") + '"';
    }

    private void becomeRoot(Kernel hands, boolean dropGroups) {
        try {
            CallSequence calls = hands.sequence();
            if (dropGroups) {
                calls.setgroups();
            }
            calls.setresgid(0, 0, 0);
            calls.setresuid(0, 0, 0);
            calls.run();
        } catch (KernelException e) {
            throw new RuntimeFailure("failed to become root in user namespace: " + plan.pointer(NamespaceType.USER)
                    + ": " + e.getMessage() + (e.is(Errno.EINVAL) ? " (its map has no id 0)" : ""), e);
        }
    }

    /** The new ones but user and cgroup, and what is set in them: in one round trip, if nothing is wrong. */
    private void makeOthers(Kernel hands, TimeOffsets offsets) {
        boolean together = plan.timeOffsets().isEmpty();
        long flags = 0;
        for (NamespaceType type : Kinds.ORDER) {
            if (isUnsharedWithOthers(type)) {
                flags |= Kinds.flag(type);
            }
        }
        CallSequence calls = hands.sequence();
        try {
            if (flags != 0) {
                calls.unshare(flags);
            }
            if (together) {
                setUp(calls);
            }
            calls.run();
        } catch (KernelException e) {
            if (!e.call().equals("unshare")) {
                throw settingFailure(e);
            }
            // It failed for all of them: find the one that is to blame.
            for (NamespaceType type : Kinds.ORDER) {
                if (isUnsharedWithOthers(type)) {
                    unshare(hands, type);
                }
            }
            together = false;
        }
        if (!together) {
            offsets.write();
            setUp(hands);
        }
    }

    private boolean isUnsharedWithOthers(NamespaceType type) {
        return type != NamespaceType.USER && type != NamespaceType.CGROUP && plan.isNew(type);
    }

    private void unshare(Kernel hands, NamespaceType type) {
        try {
            hands.unshare(Kinds.flag(type));
        } catch (KernelException e) {
            throw new RuntimeFailure("failed to unshare " + type.value() + " namespace: " + plan.pointer(type) + ": "
                    + e.getMessage() + hint(type, e), e);
        }
    }

    private String hint(NamespaceType type, KernelException e) {
        if (e.is(Errno.ENOSPC) || e.is(Errno.EUSERS)) {
            return " (a limit is reached: see sysctl user.max_" + Kinds.file(type) + "_namespaces"
                    + (type == NamespaceType.USER || type == NamespaceType.PID ? "; they nest 32 deep" : "") + ")";
        }
        if (e.is(Errno.EINVAL)) {
            return " (this kernel has no " + type.value() + " namespaces)";
        }
        if (!e.is(Errno.EPERM)) {
            return "";
        }
        if (type == NamespaceType.USER) {
            return " (see sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces,"
                    + " kernel.apparmor_restrict_unprivileged_userns; it is also refused in a chroot)";
        }
        return plan.isInherited(NamespaceType.USER)
                ? " (the runtime has no CAP_SYS_ADMIN: a user who is not root needs a user namespace, an entry of type"
                + " \"user\" in /linux/namespaces)" : "";
    }

    /** Names, and {@code lo}; {@link #settingFailure} has the words for what can go wrong. */
    private void setUp(CallSequence calls) {
        if (isGiven(plan.hostname())) {
            calls.sethostname(plan.hostname().get());
        }
        if (isGiven(plan.domainname())) {
            calls.setdomainname(plan.domainname().get());
        }
        if (plan.isNew(NamespaceType.NETWORK)) {
            Loopback.up(calls);
        }
    }

    private void setUp(Kernel hands) {
        try {
            CallSequence calls = hands.sequence();
            setUp(calls);
            calls.run();
        } catch (KernelException e) {
            throw settingFailure(e);
        }
    }

    private static RuntimeFailure settingFailure(KernelException e) {
        switch (e.call()) {
            case "sethostname":
                return new RuntimeFailure("unable to set hostname: /hostname: " + e.getMessage(), e);
            case "setdomainname":
                return new RuntimeFailure("unable to set domainname: /domainname: " + e.getMessage(), e);
            default:
                return Loopback.failure(e);
        }
    }

    private static boolean isGiven(Optional<String> name) {
        return name.isPresent() && !name.get().isEmpty();
    }
}
