package org.jrunc.container;

import java.util.Optional;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Prctl;
import org.jrunc.report.RuntimeFailure;

/** Makes a container again from what {@link Checkpoint} has saved, and in the foreground waits for its end. */
public final class Restore {

    private final RuntimeContext context;

    /** An operation under the given global flags. */
    public Restore(RuntimeContext context) {
        this.context = context;
    }

    /**
     * Restores the container.
     *
     * @return 0 when detached. In the foreground this does not return when all went well: the process then becomes the
     *         container's monitor, as for {@link Run}, and exits with the status of its first process
     */
    public int restore(RestoreRequest request) {
        Restored restored = new Restoration(context, request).restore();
        restored.journal().close();
        if (request.detach()) {
            return 0;
        }
        // As in Run: the container runs already.
        Creation.ignoreSignals(context);
        try {
            if (!request.noSubreaper()) {
                context.process().kernel().prctl(Prctl.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
            }
            if (restored.master() >= 0) {
                // Only now: criu has put the terminal's settings back.
                TerminalMaster.leaveLineEnds(LibcKernel.here(), restored.master());
            }
            context.process().become(new MonitorPlan(context, restored.container(), restored.master(),
                    restored.cgroup()).of(false, Optional.empty()));
            return 0;
        } catch (KernelException e) {
            new Delete(context).delete(request.id(), true);
            throw new RuntimeFailure("unable to become the container's monitor: " + e.getMessage(), e);
        }
    }
}
