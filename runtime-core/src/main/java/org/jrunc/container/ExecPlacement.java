package org.jrunc.container;

import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.CommandProcess;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.cgroup.SubCgroups;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.process.ExecAffinity;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;

/** Starts an agent in the cgroup of a running container, or in one below it. */
final class ExecPlacement {

    private final CommandProcess command;
    private final LibcKernel libc;
    private final Container container;
    private final boolean below;
    private final CgroupManager manager;
    private final RuntimeLog log;

    /**
     * A place for the process.
     *
     * @param command whose child it is to be
     * @param cgroups {@code --cgroup}
     */
    ExecPlacement(CommandProcess command, LibcKernel libc, Container container, SubCgroups cgroups, RuntimeLog log) {
        this.command = command;
        this.libc = libc;
        this.container = container;
        this.below = !cgroups.isEmpty();
        Map<String, String> paths = cgroups.below(container.record().cgroups());
        this.manager = CgroupManager.of(paths);
        this.log = log;
    }

    /** Starts it. */
    Agent spawn(ExecAffinity affinity) {
        Agent agent = command.spawn("jrunc:[1:EXEC]");
        try {
            affinity.beforeCgroup(libc, agent.pid());
            try {
                manager.enter(agent.kernel());
            } catch (RuntimeFailure e) {
                tolerate(e);
            }
            Optional<String> unified = manager.cloneInto();
            return unified.isEmpty() ? agent : bornIn(agent, unified.get());
        } catch (RuntimeException e) {
            agent.killAndReap();
            throw e;
        }
    }

    private Agent bornIn(Agent agent, String cgroup) {
        try {
            return fork(agent, cgroup);
        } catch (KernelException refused) {
            // With cgroups below that have controllers it can hold no process (EBUSY): then init is not in it either.
            Optional<String> actual = below ? Optional.empty() : SubCgroups.unifiedOf(container.record().initPid());
            if (actual.isPresent() && !actual.get().equals(cgroup)) {
                try {
                    return fork(agent, actual.get());
                } catch (KernelException e) {
                    log.debug("init is in " + actual.get() + ", which takes no process: " + e.getMessage());
                }
            }
        }
        try {
            // Moving may be allowed where being born is not (a delegated cgroup, kernels before 5.7).
            manager.join(agent.pid());
        } catch (RuntimeFailure e) {
            tolerate(e);
        }
        return agent;
    }

    private Agent fork(Agent agent, String cgroup) {
        int fd = libc.openat(Kernel.AT_FDCWD, cgroup, OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC, 0);
        try {
            Agent child = agent.fork(true, false, "", fd);
            agent.close();
            agent.reap();
            return child;
        } finally {
            libc.close(fd);
        }
    }

    /** A rootless container may be in cgroups that are not the user's. */
    private void tolerate(RuntimeFailure e) {
        if (!container.record().rootless() || below) {
            throw e;
        }
        log.debug("the process stays in the cgroup of its caller: " + e.getMessage());
    }
}
