package org.jrunc.container;

import java.io.IOException;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.cgroup.CgroupHost;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.cgroup.CgroupRequest;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Spec;

/** Makes the container's cgroup, with the journal first, and starts the first agent in it. */
final class CgroupPlacement {

    private static final int O_DIRECTORY_CLOEXEC = OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;

    private final Journal journal;
    private final boolean rootless;
    private final CgroupManager manager;

    CgroupPlacement(RuntimeContext context, StateDirectory directory, Spec spec, Journal journal) {
        this.journal = journal;
        this.rootless = context.rootless().orElse(!Privileges.isHostRoot());
        Optional<Linux> linux = spec.linux();
        this.manager = CgroupManager.plan(CgroupHost.current(), new CgroupRequest(directory.id(),
                linux.flatMap(Linux::cgroupsPath), linux.flatMap(Linux::resources), context.systemdCgroup(), rootless));
    }

    /** Whether the runtime may lack the permission to make cgroups. */
    boolean rootless() {
        return rootless;
    }

    CgroupManager manager() {
        return manager;
    }

    /** Makes the directories. */
    void make() throws IOException {
        for (String path : manager.plannedDirectories()) {
            journal.intend(Teardown.CGROUP, path);
        }
        manager.create();
    }

    /**
     * Starts an agent in the cgroup. It moves itself in on v1, and on v2 is born there: both avoid the grace period
     * that moving a process from outside waits for.
     */
    Agent spawn(LibcKernel libc) {
        Agent agent = Agent.spawn(libc, "jrunc:[1:SETUP]");
        try {
            manager.enter(agent.kernel());
            Optional<String> unified = manager.cloneInto();
            return unified.isEmpty() ? agent : bornIn(libc, agent, unified.get());
        } catch (RuntimeException e) {
            agent.killAndReap();
            throw e;
        }
    }

    private Agent bornIn(LibcKernel libc, Agent agent, String cgroup) {
        int fd = libc.openat(Kernel.AT_FDCWD, cgroup, O_DIRECTORY_CLOEXEC, 0);
        try {
            Agent child = agent.fork(true, false, fd);
            agent.close();
            agent.reap();
            return child;
        } catch (KernelException e) {
            // Moving a process may be allowed where being born is not (a delegated cgroup, kernels before 5.7).
            manager.join(agent.pid());
            return agent;
        } finally {
            libc.close(fd);
        }
    }
}
