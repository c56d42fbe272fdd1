package org.jrunc.process;

import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.Prctl;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.User;

/** The user and the groups of the container's process (credentials(7), config.md {@code process.user}). */
public final class Credentials {

    private static final long MAX_ID = 0xfffffffeL;

    private final User user;
    private final boolean keepGroups;

    /**
     * The ids of a configuration.
     *
     * @param keepGroups whether the supplementary groups of the runtime's caller stay
     *                   ({@link org.jrunc.namespace.NamespacePlan#KEEP_ORIGINAL_GROUPS})
     */
    public Credentials(User user, boolean keepGroups) {
        this.user = user;
        this.keepGroups = keepGroups;
        check(user.uid(), "/process/user/uid");
        check(user.gid(), "/process/user/gid");
        for (int i = 0; i < user.additionalGids().size(); i++) {
            check(user.additionalGids().get(i), "/process/user/additionalGids/" + i);
        }
    }

    private static void check(long id, String field) {
        if (id < 0 || id > MAX_ID) {
            throw new RuntimeFailure("invalid id: " + field + " must be between 0 and 4294967294, was " + id);
        }
    }

    /** Becomes that user. Its permitted capabilities stay until {@link #release}. */
    public void apply(Kernel kernel) {
        int[] gids = keepGroups ? null : gids();
        try {
            change(kernel, gids);
        } catch (KernelException e) {
            boolean denied = e.call().equals("setgroups") && e.is(Errno.EPERM) && gids.length == 0;
            if (!denied) {
                throw failure(e);
            }
            // In this user namespace (user_namespaces(7)): so nobody can drop a group here.
            changeIds(kernel);
        }
    }

    private void changeIds(Kernel kernel) {
        try {
            change(kernel, null);
        } catch (KernelException e) {
            throw failure(e);
        }
    }

    /** In one round trip; without groups they stay as they are. */
    private void change(Kernel kernel, int[] gids) {
        int gid = (int) user.gid();
        int uid = (int) user.uid();
        CallSequence calls = kernel.sequence();
        calls.prctl(Prctl.PR_SET_KEEPCAPS, 1, 0, 0, 0);
        if (gids != null) {
            calls.setgroups(gids);
        }
        calls.setresgid(gid, gid, gid);
        calls.setresuid(uid, uid, uid);
        // Linux made the process dumpable again, or what fs.suid_dumpable says: it stays out of reach until execve.
        calls.prctl(Prctl.PR_SET_DUMPABLE, 0, 0, 0, 0);
        calls.run();
    }

    private RuntimeException failure(KernelException e) {
        switch (e.call()) {
            case "setgroups":
                return groupsFailure(e);
            case "setresgid":
                return failure(e, "gid", user.gid());
            case "setresuid":
                return failure(e, "uid", user.uid());
            default:
                return e;
        }
    }

    /** No further change of user may keep capabilities. */
    public void release(Kernel kernel) {
        kernel.prctl(Prctl.PR_SET_KEEPCAPS, 0, 0, 0, 0);
    }

    /** Set also when there are none: the container must not keep those of the runtime. */
    private int[] gids() {
        int[] gids = new int[user.additionalGids().size()];
        for (int i = 0; i < gids.length; i++) {
            gids[i] = (int) (long) user.additionalGids().get(i);
        }
        return gids;
    }

    private static RuntimeFailure groupsFailure(KernelException e) {
        if (e.is(Errno.EPERM)) {
            return new RuntimeFailure("cannot set any additional groups in a rootless container:"
                    + " /process/user/additionalGids: " + e.getMessage() + " (setgroups is denied in this user"
                    + " namespace; map more than your own group with the help of /etc/subgid and newgidmap)", e);
        }
        return new RuntimeFailure("unable to set the supplementary groups: /process/user/additionalGids: "
                + e.getMessage() + (e.is(Errno.EINVAL) ? " (one of them is not mapped in the user namespace)"
                : ""), e);
    }

    private static RuntimeFailure failure(KernelException e, String kind, long id) {
        if (e.is(Errno.EINVAL)) {
            return new RuntimeFailure("cannot set" + kind + " to unmapped " + kind + " " + id
                    + " in user namespace: /process/user/" + kind + ": add it to /linux/" + kind + "Mappings", e);
        }
        return new RuntimeFailure("unable to set the " + kind + ": /process/user/" + kind + ": " + e.getMessage(), e);
    }
}
