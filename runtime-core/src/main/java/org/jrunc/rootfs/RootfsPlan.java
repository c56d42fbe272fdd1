package org.jrunc.rootfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jrunc.kernel.MountFlags;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Device;
import org.jrunc.spec.Mount;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Spec;

/**
 * What is to be set up. Making one checks everything of the configuration that concerns the root file system, so that
 * a bad one ends before there is anything to undo.
 */
public final class RootfsPlan {

    private final Spec spec;
    private final String rootfs;
    private final boolean userNamespace;
    private final boolean ownMountNamespace;
    private final boolean noPivot;
    private final long propagation;
    private final List<PlannedMount> mounts = new ArrayList<>();
    private final List<DeviceNode> devices;
    private final MountLabel label;

    /**
     * A plan.
     *
     * @param spec              the configuration
     * @param bundle            absolute path of the bundle
     * @param rootfs            absolute path of the root directory, without symbolic links
     * @param userNamespace     whether init is not in the runtime's user namespace
     * @param ownMountNamespace whether init has a mount namespace of the container, new or joined
     * @param noPivot           {@code --no-pivot}
     * @throws RuntimeFailure for a configuration that can not be
     */
    public RootfsPlan(Spec spec, String bundle, String rootfs, boolean userNamespace, boolean ownMountNamespace,
            boolean noPivot) {
        this.spec = spec;
        this.rootfs = rootfs;
        this.userNamespace = userNamespace;
        this.ownMountNamespace = ownMountNamespace;
        this.noPivot = noPivot;
        this.propagation = propagation(spec);
        this.label = MountLabel.of(spec);
        if (!rootfs.startsWith("/")) {
            throw new RuntimeFailure("invalid rootfs: not an absolute path, or a symlink (/root/path: \"" + rootfs
                    + "\")");
        }
        int index = 0;
        for (Mount mount : spec.mounts()) {
            mounts.add(PlannedMount.of(index, mount, bundle, userNamespace));
            index++;
        }
        devices = DeviceNode.all(spec.linux().isPresent() ? spec.linux().get().devices() : List.<Device>of());
        check();
        Sysctls.check(spec);
    }

    private void check() {
        if (!ownMountNamespace && !(maskedPaths().isEmpty() && readonlyPaths().isEmpty())) {
            throw new RuntimeFailure("unable to restrict sys entries without a private MNT namespace"
                    + " (/linux/maskedPaths and /linux/readonlyPaths need a new mount namespace)");
        }
        if (!ownMountNamespace && readonly()) {
            throw new RuntimeFailure("a read-only root file system needs a new mount namespace (/root/readonly)");
        }
        if (noPivot && (propagation & MountFlags.MS_PRIVATE) != 0) {
            throw new RuntimeFailure("rootfsPropagation of [r]private is not safe without pivot_root"
                    + " (/linux/rootfsPropagation, --no-pivot)");
        }
    }

    private static long propagation(Spec spec) {
        if (spec.linux().isEmpty() || spec.linux().get().rootfsPropagation().isEmpty()
                || spec.linux().get().rootfsPropagation().get().isEmpty()) {
            return 0;
        }
        String word = spec.linux().get().rootfsPropagation().get();
        long flags = MountWords.propagation(word);
        if (flags == 0) {
            throw new RuntimeFailure("rootfsPropagation=" + word + " is not supported (/linux/rootfsPropagation is "
                    + "one of shared, slave, private, unbindable, each also with r before it)");
        }
        return flags;
    }

    /** Absolute path of the root directory on the host. */
    String rootfs() {
        return rootfs;
    }

    /** Whether init is not in the runtime's user namespace. */
    boolean userNamespace() {
        return userNamespace;
    }

    /** Whether init has a mount namespace of its own. */
    boolean ownMountNamespace() {
        return ownMountNamespace;
    }

    /** {@code --no-pivot}. */
    boolean noPivot() {
        return noPivot;
    }

    /** {@code MS_*} of {@code linux.rootfsPropagation}, 0 if it is not given. */
    long propagation() {
        return propagation;
    }

    /** The mounts in order. */
    List<PlannedMount> mounts() {
        return mounts;
    }

    /** The default devices, and those of the configuration, which replace default ones of the same path. */
    List<DeviceNode> devices() {
        return devices;
    }

    /** Paths made inaccessible. */
    List<String> maskedPaths() {
        return spec.linux().isPresent() ? spec.linux().get().maskedPaths() : List.of();
    }

    /** Paths made read-only. */
    List<String> readonlyPaths() {
        return spec.linux().isPresent() ? spec.linux().get().readonlyPaths() : List.of();
    }

    /** Kernel parameters. */
    Map<String, String> sysctl() {
        return spec.linux().isPresent() ? spec.linux().get().sysctl() : Map.of();
    }

    /** Whether the root is read-only. */
    boolean readonly() {
        return spec.root().isPresent() && spec.root().get().readonly();
    }

    /** The SELinux label that new mounts get. */
    MountLabel label() {
        return label;
    }

    /** Whether a namespace of this type is created or joined. */
    boolean has(NamespaceType type) {
        return spec.linux().isPresent() && spec.linux().get().namespace(type).isPresent();
    }

    /** Whether a mount starts with a copy of what the image has in its place ({@code tmpcopyup}). */
    public boolean isCopying() {
        for (PlannedMount mount : mounts) {
            if (mount.options().copyUp()) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code /dev} is left as it is, because the host's, or a volume, is mounted there. */
    public boolean isDevBound() {
        for (PlannedMount mount : mounts) {
            if (mount.options().bind() && SafePath.clean(mount.destination()).equals("/dev")) {
                return true;
            }
        }
        return false;
    }
}
