package org.jrunc.container;

import org.jrunc.agent.Agent;
import org.jrunc.agent.AgentException;
import org.jrunc.agent.Launch;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeFailure;

/**
 * A container that is complete, but whose init still depends on this process.
 *
 * @param container the container
 * @param journal   its journal, locked
 * @param libc      this process's system calls
 * @param init      the container's first process
 * @param launch    what init is going to do
 * @param master    descriptor of the terminal's master in the foreground, -1 otherwise
 * @param cgroup    its cgroup
 */
record Created(Container container, Journal journal, LibcKernel libc, Agent init, Launch.Plan launch, int master,
        CgroupManager cgroup) {

    /**
     * Lets init go: from now on it waits for {@code start}, and does not end with this process. If that fails, the
     * container is removed.
     */
    void release(RuntimeContext context) {
        try {
            journal.close();
            Launch.release(init, launch);
        } catch (AgentException | KernelException e) {
            undo(context);
            throw new RuntimeFailure("unable to start container process: " + e.getMessage(), e);
        }
    }

    /** Removes the container, whose init this process still is the parent of. */
    void undo(RuntimeContext context) {
        try {
            journal.close();
            kill();
            new Delete(context).delete(container.record().id(), true);
        } catch (RuntimeException e) {
            context.log().warn("while removing the container: " + e.getMessage());
        }
    }

    /** Only its parent can reap init: if that was killed, somebody else does. */
    private void kill() {
        try {
            init.killAndReap();
        } catch (AgentException gone) {
            // It was killed all the same.
            return;
        }
    }
}
