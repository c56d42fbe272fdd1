package org.jrunc.container;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.Agent;
import org.jrunc.agent.CommandProcess;
import org.jrunc.cgroup.CgroupHost;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.cgroup.CgroupRequest;
import org.jrunc.cgroup.ResctrlGroup;
import org.jrunc.kernel.CallSequence;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.IntelRdt;
import org.jrunc.spec.Linux;
import org.jrunc.spec.Resources;
import org.jrunc.spec.Spec;

/** Makes the container's cgroup with its limits, the journal first, and starts the first agent in it. */
final class CgroupPlacement {

    private static final int O_DIRECTORY_CLOEXEC = OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;

    private static final byte[] SELF = {'0'};
    private static final Resources NO_RESOURCES = new Resources(List.of(), Optional.empty(), Optional.empty(),
            Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Map.of(), Map.of());

    private final CommandProcess command;
    private final Journal journal;
    private final boolean rootless;
    private final Optional<Resources> resources;
    private final RuntimeLog log;
    private final boolean enabled;
    private final CgroupManager manager;
    private final Optional<ResctrlGroup> resctrl;
    /** In the first agent, when it has yet to enter the cgroup of the memory controller. */
    private int memoryTasks = -1;
    /** The v2 cgroup in which the first agent's child is to be born. */
    private Optional<String> birthplace = Optional.empty();
    private boolean isOurs;

    CgroupPlacement(RuntimeContext context, StateDirectory directory, Spec spec, Journal journal) {
        this.command = context.process();
        this.journal = journal;
        this.rootless = context.rootless().orElse(!Privileges.isHostRoot());
        this.log = context.log();
        Optional<Linux> linux = spec.linux();
        this.resources = resources(spec);
        this.enabled = context.cgroups() != CgroupDriver.DISABLED;
        this.manager = enabled ? CgroupManager.plan(CgroupHost.of(command.proc()), new CgroupRequest(directory.id(),
                linux.flatMap(Linux::cgroupsPath), resources, context.cgroups() == CgroupDriver.SYSTEMD, rootless,
                spec.annotations(), context.environment(), CgroupOwner.of(spec))) : CgroupManager.of(Map.of());
        Optional<IntelRdt> rdt = linux.flatMap(Linux::intelRdt);
        this.resctrl = rdt.isPresent() ? Optional.of(ResctrlGroup.of(rdt.get(), directory.id())) : Optional.empty();
    }

    /**
     * The configured limits. That 0 processes are a limit, of one, is new in version 1.3 of the specification; to who
     * wrote a bundle of an older one, podman's service among them, it means that there is none.
     */
    private static Optional<Resources> resources(Spec spec) {
        Optional<Resources> resources = spec.linux().flatMap(Linux::resources);
        if (resources.isPresent() && resources.get().pids().isPresent() && spec.isBefore13()
                && resources.get().pids().get().limit().orElse(-1) == 0) {
            Resources all = resources.get();
            return Optional.of(new Resources(all.devices(), all.memory(), all.cpu(), Optional.empty(), all.blockIO(),
                    all.hugepageLimits(), all.network(), all.rdma(), all.unified()));
        }
        return resources;
    }

    /** Whether the runtime may lack the permission to make cgroups. */
    boolean rootless() {
        return rootless;
    }

    CgroupManager manager() {
        return manager;
    }

    /** The container's directory in the resctrl file system; empty without one. */
    String resctrlPath() {
        return resctrl.isPresent() ? resctrl.get().path() : "";
    }

    /** Whether the cgroup was made: one that was refused because it is occupied has another container in it. */
    boolean isOurs() {
        return isOurs;
    }

    /**
     * Makes the directories and sets limits: before anything of the container is in there, so that no limit can be
     * below what is in use, and nothing escapes one. The agents that make the container need about as much as the
     * smallest program. A unit of systemd can not be made before there is a process for it, see {@link #spawn}.
     */
    void make() throws IOException {
        if (!enabled && resources.isPresent()) {
            log.warn("/linux/resources has no effect: --cgroup-manager disabled");
        }
        for (String path : manager.plannedDirectories()) {
            journal.intend(Teardown.CGROUP, path);
        }
        if (manager.unit().isPresent()) {
            journal.intend(Teardown.UNIT, manager.unit().get().saved());
        } else {
            manager.create();
            isOurs = true;
            manager.delegate(log);
            limit();
        }
        if (resctrl.isPresent()) {
            makeResctrl(resctrl.get());
        }
    }

    private void limit() {
        if (enabled && resources.isPresent()) {
            manager.limit(resources.get(), log);
        }
    }

    private void makeResctrl(ResctrlGroup group) throws IOException {
        for (String path : group.own()) {
            journal.intend(Teardown.RESCTRL, path);
        }
        Optional<String> shared = group.shared();
        if (shared.isPresent()) {
            journal.intend(Teardown.RESCTRL_CLASS, shared.get());
        }
        group.create();
    }

    /**
     * Sets what would be in the way of making the container: how many processes it may have, and which devices; those
     * of every container where the configuration has no rules. Before the hooks, which may change it.
     */
    void confine() {
        if (enabled) {
            manager.limitProcesses(resources.orElse(NO_RESOURCES), log);
            manager.allowDevices(resources.orElse(NO_RESOURCES), log);
        }
    }

    /**
     * Starts an agent in the cgroup. It moves itself in on v1, and on v2 is born there: both avoid the grace period
     * that moving a process from outside waits for. systemd moves it into a unit. The memory controller's cgroup comes
     * later, see {@link #enterMemory}; but not for a user who is not root: the kernel compares the ids of the process
     * with those of who opened the file, and the process has changed them by then.
     *
     * @param childInV2 whether not the agent itself is born in v2 but what {@link #fork} makes: nothing that the agent
     *                  does is then charged to the container. It must have the runtime's user then and be able to see
     *                  the cgroup
     */
    Agent spawn(LibcKernel libc, boolean childInV2) {
        Agent agent = command.spawn("jrunc:[1:SETUP]");
        try {
            if (manager.unit().isPresent()) {
                manager.createAround(agent.pid(), log);
                isOurs = true;
                limit();
            }
            if (rootless) {
                manager.enter(agent.kernel());
            } else {
                memoryTasks = manager.enterButMemory(agent.kernel());
            }
            if (resctrl.isPresent()) {
                resctrl.get().add(agent.pid());
            }
            Optional<String> unified = manager.cloneInto();
            if (unified.isPresent() && childInV2) {
                birthplace = unified;
                return agent;
            }
            return unified.isEmpty() ? agent : bornIn(libc, agent, unified.get());
        } catch (RuntimeException e) {
            agent.killAndReap();
            throw e;
        }
    }

    /** Where {@link #enterMemory} is going to take an agent, in the hierarchy of the memory controller; else empty. */
    Optional<String> memoryToEnter() {
        return memoryTasks < 0 ? Optional.empty() : Optional.ofNullable(manager.paths().get("memory"));
    }

    /**
     * The rest, unless it was done before: by the first agent or one that it has forked, when namespaces and mounts are
     * made, so that these are not charged to the container. A limit of memory may be less than they take. It must be
     * before anything of the container's runs, a hook looks, or a file of the image is read.
     */
    void enterMemory(Agent agent) {
        if (memoryTasks >= 0) {
            CallSequence calls = agent.kernel().sequence();
            calls.write(memoryTasks, SELF);
            calls.close(memoryTasks);
            calls.run();
            memoryTasks = -1;
        }
    }

    /** Forks the first agent: the child is in the cgroup, but for {@link #enterMemory}, and its parent is this process. */
    Agent fork(LibcKernel libc, Agent agent, String name) {
        if (birthplace.isEmpty()) {
            return agent.fork(true, true, name);
        }
        int fd = libc.openat(Kernel.AT_FDCWD, birthplace.get(), O_DIRECTORY_CLOEXEC, 0);
        try {
            return agent.fork(true, true, name, fd);
        } catch (KernelException e) {
            // See bornIn.
            Agent child = agent.fork(true, true, name);
            manager.join(child.pid());
            return child;
        } finally {
            libc.close(fd);
        }
    }

    private Agent bornIn(LibcKernel libc, Agent agent, String cgroup) {
        int fd = libc.openat(Kernel.AT_FDCWD, cgroup, O_DIRECTORY_CLOEXEC, 0);
        try {
            Agent child = agent.fork(true, false, "", fd);
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
