package org.jrunc.rootfs;

import org.jrunc.kernel.Kernel;
import org.jrunc.report.RuntimeLog;

/**
 * The container's root file system, from the host's to its own, in the order in which the methods stand here. Between
 * {@link #devices} and {@link #pivot} the caller runs the hooks; init's working directory is the new root then.
 */
public final class Rootfs {

    private final Kernel init;
    private final RootfsPlan plan;
    private final MountSources host;
    private final RuntimeLog log;

    /**
     * A root file system to be.
     *
     * @param init the container's init: in its namespaces, root of its user namespace, the host's files in view
     * @param plan what to set up
     * @param host what the runtime does for init
     * @param log  for warnings
     */
    public Rootfs(Kernel init, RootfsPlan plan, MountSources host, RuntimeLog log) {
        this.init = init;
        this.plan = plan;
        this.host = host;
        this.log = log;
    }

    /** Sets the propagation of what is there, and makes the root directory a mount of its own. */
    public void prepare() {
    }

    /** Makes the mounts of the configuration, in its order. */
    public void mountAll() {
    }

    /** Makes devices and the links in {@code /dev}, unless that is a bind mount; then goes to the new root. */
    public void devices() {
    }

    /** Makes the new root the root. */
    public void pivot() {
    }

    /** Mounts a pseudo terminal on {@code /dev/console}; {@code ptySlave} is a descriptor in init. */
    public void bindConsole(int ptySlave) {
    }

    /** Writes the kernel parameters; {@code runtime} is the kernel as the runtime itself sees it. */
    public void sysctl(Kernel runtime) {
    }

    /** Read-only mounts, masked and read-only paths, read-only root, propagation: nothing is created after that. */
    public void finish() {
    }

    /** The descriptor of the root directory in init, {@code O_PATH}; valid before and after {@link #pivot}. */
    public int rootDirectory() {
        return -1;
    }
}
