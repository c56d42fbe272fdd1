package org.jrunc.container;

import java.io.IOException;
import java.util.Optional;
import org.jrunc.cgroup.CgroupManager;
import org.jrunc.cgroup.ResctrlGroup;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.Signals;
import org.jrunc.report.Reason;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.systemd.SystemdUnit;

/**
 * Undoes everything a container has on the host, whatever state it is in: complete, half made, or left behind by a
 * crash. The journal says what there may be. Used by {@code delete}, by a {@code create} that fails, by {@code run}.
 */
final class Teardown {

    /** Journal entry: a cgroup directory is about to be made. */
    static final String CGROUP = "cgroup";
    /** Journal entry: a unit of systemd is about to be made. */
    static final String UNIT = "unit";
    /** Journal entry: a process of the runtime's was made, as "pid start-time". */
    static final String PROCESS = "process";
    /** Journal entry: a resctrl group of the container's own is about to be made. */
    static final String RESCTRL = "resctrl";
    /** Journal entry: a class of service is about to be made, which stays. */
    static final String RESCTRL_CLASS = "resctrl-class";
    /** Journal entry: a network device is about to be moved to a namespace that is given by its path. */
    static final String NET_DEVICE = "netdevice";

    private static final long DEADLINE_MILLIS = 10_000;

    private final RuntimeContext context;
    private final StateDirectory directory;
    private final Journal journal;

    /** The end of the container whose journal is locked by the caller. */
    Teardown(RuntimeContext context, StateDirectory directory, Journal journal) {
        this.context = context;
        this.directory = directory;
        this.journal = journal;
    }

    /** The end of what the state directory says there is. */
    void run() {
        Optional<Container> container = Container.of(directory);
        run(container, container.map(c -> c.cgroup(context)));
    }

    /**
     * Kills what runs, removes cgroups, then the state directory, then runs the poststop hooks.
     *
     * @param container the container, as far as it is known
     * @param cgroup    its cgroup, if it is known
     */
    void run(Optional<Container> container, Optional<CgroupManager> cgroup) {
        Runnable poststop = container.isEmpty() ? () -> { }
                : new HostHooks(context, container.get()).preparePoststop();
        try {
            container.ifPresent(c -> killInit(c, cgroup));
            killAgents();
            removeCgroup(cgroup);
            for (String unit : journal.intended(UNIT)) {
                CgroupManager.undo(SystemdUnit.ofSaved(unit), context.environment());
            }
            CgroupManager.undo(journal.intended(CGROUP));
            ResctrlGroup.remove(journal.intended(RESCTRL));
            if (directory.record().isEmpty()) {
                // Of a create that did not come to its end: nobody has had the use of these.
                NetDeviceMoves.undo(journal.intended(NET_DEVICE), context.log());
                ResctrlGroup.removeUnused(journal.intended(RESCTRL_CLASS));
            }
        } catch (IOException e) {
            throw new RuntimeFailure("can not read the journal of container " + directory.id() + ": "
                    + Reason.of(e), e);
        }
        directory.remove();
        poststop.run();
    }

    private static void killInit(Container container, Optional<CgroupManager> cgroup) {
        if (container.isAlive()) {
            kill(container.record().initPid());
            if (cgroup.isPresent() && cgroup.get().isFrozen()) {
                // What the v1 freezer has stopped dies only when it goes on.
                cgroup.get().thaw();
            }
            awaitEnd(container.record().initPid(), container.record().initStartTime(), "container init still running");
        }
    }

    /** Processes that a crashed create may have left for the moment between its end and their reading of it. */
    private void killAgents() throws IOException {
        for (String entry : journal.intended(PROCESS)) {
            int space = entry.indexOf(' ');
            int pid = Integer.parseInt(entry.substring(0, space));
            long startTime = Long.parseLong(entry.substring(space + 1));
            if (ProcessStat.isAlive(pid, startTime)) {
                kill(pid);
                awaitEnd(pid, startTime, "process " + pid + " of a broken create still running");
            }
        }
    }

    /** SIGKILL by way of the JDK, which needs no native access of ours and checks the start time as well. */
    private static void kill(int pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Waits until a process has ended that was killed. */
    static void awaitEnd(int pid, long startTime, String failure) {
        long start = System.nanoTime();
        while (ProcessStat.isAlive(pid, startTime)) {
            if (System.nanoTime() - start > DEADLINE_MILLIS * 1_000_000) {
                throw new RuntimeFailure(failure + " after " + DEADLINE_MILLIS / 1000 + " s, pid " + pid);
            }
            Journal.pause();
        }
    }

    private static void removeCgroup(Optional<CgroupManager> cgroup) {
        if (cgroup.isEmpty() || cgroup.get().paths().isEmpty()) {
            return;
        }
        if (!cgroup.get().isEmpty()) {
            cgroup.get().killAll(LibcKernel.here(), Signals.SIGKILL);
        }
        cgroup.get().remove();
    }

}
