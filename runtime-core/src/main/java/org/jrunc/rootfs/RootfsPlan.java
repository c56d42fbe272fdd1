package org.jrunc.rootfs;

import org.jrunc.spec.Spec;

/**
 * What is to be set up. Making one checks everything of the configuration that concerns the root file system, so that
 * a bad one ends before there is anything to undo.
 */
public final class RootfsPlan {

    private final Spec spec;
    private final String bundle;
    private final String rootfs;
    private final boolean userNamespace;
    private final boolean newMountNamespace;
    private final boolean noPivot;

    /**
     * A plan.
     *
     * @param spec              the configuration
     * @param bundle            absolute path of the bundle
     * @param rootfs            absolute path of the root directory, without symbolic links
     * @param userNamespace     whether init is not in the runtime's user namespace
     * @param newMountNamespace whether init has a mount namespace that was made for it
     * @param noPivot           {@code --no-pivot}
     * @throws org.jrunc.report.RuntimeFailure for a configuration that can not be
     */
    public RootfsPlan(Spec spec, String bundle, String rootfs, boolean userNamespace, boolean newMountNamespace,
            boolean noPivot) {
        this.spec = spec;
        this.bundle = bundle;
        this.rootfs = rootfs;
        this.userNamespace = userNamespace;
        this.newMountNamespace = newMountNamespace;
        this.noPivot = noPivot;
    }
}
