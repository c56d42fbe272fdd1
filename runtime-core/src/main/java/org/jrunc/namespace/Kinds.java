package org.jrunc.namespace;

import org.jrunc.kernel.Clone;
import org.jrunc.spec.NamespaceType;

/** What the kernel calls the eight kinds of namespaces. */
public final class Kinds {

    /**
     * The order of joins and unshares, feature-map row 251. The mount namespace is late: from then on paths mean
     * something else.
     */
    static final NamespaceType[] ORDER = {NamespaceType.USER, NamespaceType.IPC, NamespaceType.UTS,
        NamespaceType.NETWORK, NamespaceType.PID, NamespaceType.MOUNT, NamespaceType.CGROUP, NamespaceType.TIME};

    private Kinds() {
    }

    /** The {@code CLONE_NEW*} flag. */
    static int flag(NamespaceType type) {
        switch (type) {
            case PID:
                return Clone.CLONE_NEWPID;
            case NETWORK:
                return Clone.CLONE_NEWNET;
            case MOUNT:
                return Clone.CLONE_NEWNS;
            case IPC:
                return Clone.CLONE_NEWIPC;
            case UTS:
                return Clone.CLONE_NEWUTS;
            case USER:
                return Clone.CLONE_NEWUSER;
            case CGROUP:
                return Clone.CLONE_NEWCGROUP;
            default:
                return Clone.CLONE_NEWTIME;
        }
    }

    /** The name of the file in {@code /proc/PID/ns}, which is also the one in {@code user.max_…_namespaces}. */
    public static String file(NamespaceType type) {
        switch (type) {
            case NETWORK:
                return "net";
            case MOUNT:
                return "mnt";
            default:
                return type.value();
        }
    }

    /** In words, for the flag that a namespace file of the wrong kind answered with. */
    static String name(int flag) {
        for (NamespaceType type : ORDER) {
            if (flag(type) == flag) {
                return type.value();
            }
        }
        return "unknown";
    }
}
