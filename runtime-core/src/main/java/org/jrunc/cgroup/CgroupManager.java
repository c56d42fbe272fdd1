package org.jrunc.cgroup;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.AgentKernel;
import org.jrunc.kernel.Kernel;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Resources;

/**
 * The cgroup of one container: on v1 a directory in each mounted hierarchy, on v2 one. For one thread at a time.
 *
 * <p>Order in a create: {@link #plannedDirectories} into the journal, {@link #create}, {@link #limit}, then put the
 * container's first process in, by {@link #enter} and {@link #cloneInto} or by {@link #join}; {@link #limitProcesses}
 * and {@link #allowDevices} when everything is mounted; {@link #paths} goes into
 * the state file, from which a later command gets its manager by {@link #of}.
 */
public interface CgroupManager {

    /** The manager for a new container. Touches nothing. */
    static CgroupManager plan(CgroupHost host, CgroupRequest request) {
        if (request.systemd()) {
            throw new RuntimeFailure("--systemd-cgroup: jrunc can not make cgroups by systemd yet, only by the"
                    + " cgroup file systems");
        }
        return FileCgroup.plan(host, request);
    }

    /** The manager for what {@link #paths} told when the container was made. */
    static CgroupManager of(Map<String, String> savedPaths) {
        return FileCgroup.of(savedPaths);
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

    /** What the kernel's out of memory killer did in this cgroup; empty when it killed nobody. */
    Optional<OomReport> oom();

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
     * failed or crashed, and knows from its journal what it had planned.
     */
    static void undo(List<String> directories) {
        for (int i = directories.size() - 1; i >= 0; i--) {
            new CgroupDirectory(directories.get(i)).tryRemove();
        }
    }
}
