package org.jrunc.cgroup;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.AgentKernel;
import org.jrunc.kernel.Kernel;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.JsonWriter;
import org.jrunc.spec.Resources;
import org.jrunc.systemd.SystemdUnit;

/**
 * The cgroup of one container: on v1 a directory in each mounted hierarchy, on v2 one. For one thread at a time.
 *
 * <p>Order in a create: {@link #plannedDirectories} into the journal, {@link #create}, {@link #delegate},
 * {@link #limit}, then put the container's first process in, by {@link #enter} and {@link #cloneInto} or by
 * {@link #join}; {@link #limitProcesses} and {@link #allowDevices} when everything is mounted; {@link #paths} goes into
 * the state file, from which a later command gets its manager by {@link #of}.
 */
public interface CgroupManager {

    /** The manager for a new container. Touches nothing. */
    static CgroupManager plan(CgroupHost host, CgroupRequest request) {
        if (request.systemd()) {
            return SystemdCgroup.plan(SystemdHost.current(host, request.rootless(), request.environment()), request);
        }
        return FileCgroup.plan(host, request);
    }

    /**
     * The manager for what {@link #paths} told when the container was made. It knows of no unit, so it is not for
     * removing a cgroup or changing limits.
     */
    static CgroupManager of(Map<String, String> savedPaths) {
        return FileCgroup.of(savedPaths);
    }

    /**
     * The manager for what {@link #paths} and {@link #unit} told when the container was made.
     *
     * @param environment of the caller: says where the bus of a user's systemd is
     */
    static CgroupManager of(Map<String, String> savedPaths, Optional<SystemdUnit> unit,
            Map<String, String> environment) {
        return unit.isEmpty() ? of(savedPaths)
                : SystemdCgroup.of(unit.get(), SystemdHost.of(CgroupHost.current(), unit.get().user(), environment),
                        savedPaths);
    }

    /**
     * The unit of systemd that the cgroup is. One that is yet to be made is made by {@link #createAround}, and not by
     * {@link #create}; goes into the journal first, and into the state file.
     */
    default Optional<SystemdUnit> unit() {
        return Optional.empty();
    }

    /**
     * Makes the unit around the container's first process.
     *
     * @param pid the process, which is in the unit then, on v1 as far as systemd manages the hierarchies
     * @throws RuntimeFailure when systemd refuses, or there is such a cgroup with processes in it, or a frozen one
     */
    default void createAround(int pid, RuntimeLog log) {
        throw new IllegalStateException("no unit");
    }

    /**
     * Removes a unit that a create planned and may have made, unless there are processes in it.
     *
     * @param environment of the caller: says where the bus of a user's systemd is
     */
    static void undo(SystemdUnit unit, Map<String, String> environment) {
        SystemdCgroup.undo(unit, SystemdHost.of(CgroupHost.current(), unit.user(), environment));
    }

    /**
     * The directories that {@link #create} is going to make, parents before children: for the journal, before any of
     * them is made.
     */
    List<String> plannedDirectories();

    /**
     * Makes the directories. When it fails it removes what it had made.
     *
     * @return the directories made, in the order of making
     * @throws RuntimeFailure when there is a cgroup of that name with processes in it, or a frozen one
     */
    List<String> create();

    /**
     * Gives the cgroup to the container's user, if the container may make cgroups below ({@link CgroupRequest#owner}).
     * Only v2 has rules that make it safe (config-linux.md, Cgroup ownership). {@link #createAround} does it by itself.
     */
    default void delegate(RuntimeLog log) {
    }

    /**
     * Sets all limits but that of processes and the device rules. What the kernel takes but makes another value of,
     * or what this cgroup version can not do, is a warning in the log.
     *
     * @param resources what {@code linux.resources} or {@code update} asks for
     * @throws RuntimeFailure when a limit is refused; names the field
     */
    void limit(Resources resources, RuntimeLog log);

    /**
     * Sets how many processes there may be. Apart from {@link #limit}, because a container that may have one process
     * is made by two.
     */
    void limitProcesses(Resources resources, RuntimeLog log);

    /**
     * Sets which devices may be used. Apart from {@link #limit}, because the runtime mounts disks for the container
     * that the container itself may not touch; and before the hooks, which may want to allow more.
     */
    void allowDevices(Resources resources, RuntimeLog log);

    /**
     * Sets limits, also that of processes, of a container that runs; when one is refused, all are as before.
     *
     * @return what takes the update back
     * @throws RuntimeFailure when a limit is refused; names the field
     */
    Runnable update(Resources change, RuntimeLog log);

    /** What the kernel's out of memory killer did in this cgroup; empty when it killed nobody. */
    Optional<OomReport> oom();

    /** Watches for the next time this happens; empty when the container has no cgroup with the memory controller. */
    Optional<OomWatch> watchOom(Kernel kernel);

    /** Writes what the container uses as an object of the form of runc's {@code events}. */
    void statistics(JsonWriter json);

    /**
     * Moves a process into the cgroup, in all hierarchies. Costs an RCU grace period, 4 to 20 ms: moving a whole
     * process stops all forks of the system ({@code cgroup_threadgroup_rwsem}). The first write pays for it, those
     * to the other hierarchies follow at 0.02 ms each, so threads would not help (measured: 6 to 14 ms for ten
     * hierarchies one after the other, 8 to 16 ms from ten threads). {@link #enter} and {@link #cloneInto} avoid it.
     */
    void join(int pid);

    /**
     * Lets a single-threaded process move itself into the cgroup, in all v1 hierarchies: it writes 0 to {@code tasks}.
     * A thread that moves only itself needs no lock (measured: 0.2 ms for nine hierarchies, against 4 to 20 ms when it
     * writes to {@code cgroup.procs}). cgroup v2 has nothing like it; see {@link #cloneInto}.
     *
     * @param self the process
     */
    void enter(AgentKernel self);

    /**
     * As {@link #enter}, but leaves the hierarchy of the memory controller, if it can be told from the others, for
     * later: what the process allocates meanwhile is not the container's.
     *
     * @return a descriptor in the process, on which it has to write 0 later on; -1 if it is in already
     */
    default int enterButMemory(AgentKernel self) {
        enter(self);
        return -1;
    }

    /**
     * The directory of the v2 hierarchy in which the container's first process is to be born: clone3(2) with
     * {@code CLONE_INTO_CGROUP}, 0.5 ms. Empty where v2 is not mounted.
     */
    Optional<String> cloneInto();

    /** Controller to directory, for the state file; the unified hierarchy is under {@code ""}, as runc has it. */
    Map<String, String> paths();

    /** All processes of the cgroup and those below it, as pids of this process's pid namespace. */
    List<Integer> processes();

    /** Whether no live process is in the cgroup or below it, or it is not there any more. */
    boolean isEmpty();

    /**
     * Sends a signal to every process of the cgroup and those below it. {@code SIGKILL} is sent until none is left,
     * and ends a freeze.
     *
     * @param kernel who sends it
     * @throws RuntimeFailure when a process is still there 10 s after the first {@code SIGKILL}
     */
    void killAll(Kernel kernel, int signal);

    /** Whether somebody froze this very cgroup, which makes the container's status <i>paused</i>. */
    boolean isFrozen();

    /** Stops all processes of the cgroup; returns when they have stopped, throws when they have not within 10 s. */
    void freeze();

    /** Undoes {@link #freeze}. */
    void thaw();

    /**
     * Removes the cgroup and those made below it. It waits for processes that are about to die.
     *
     * @throws RuntimeFailure when it could not within 10 s; names the process in the way
     */
    void remove();

    /**
     * Removes directories that {@link #create} made, the last first, as far as nothing is in them: for a create that
     * failed or crashed, and knows from its journal what it had planned, and for those above a container's cgroup. In
     * these nothing else is removed: what is there belongs to other containers, which may be about to enter it.
     *
     * @param directories parents directly before their children
     */
    static void undo(List<String> directories) {
        String below = "";
        for (int i = directories.size() - 1; i >= 0; i--) {
            String path = directories.get(i);
            if (below.startsWith(path + '/')) {
                new File(path).delete();
            } else {
                new CgroupDirectory(path).tryRemove();
            }
            below = path;
        }
    }
}
