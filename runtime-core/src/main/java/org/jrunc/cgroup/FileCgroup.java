package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jrunc.agent.AgentKernel;
import org.jrunc.agent.Batch;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Resources;

/**
 * Cgroups made by mkdir(2) in the mounted hierarchies. Subclasses know what a new directory needs: {@link CgroupV1},
 * {@link CgroupV2}.
 */
abstract class FileCgroup implements CgroupManager {

    private static final String FREEZER = "freezer";
    private static final String TASKS = "tasks";
    private static final int TASKS_FLAGS = OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC;
    /** Stands for the thread that writes it. */
    private static final byte[] SELF = {'0'};

    private final Optional<CgroupRequest> request;
    /** Where the container is; fewer after a rootless create that lacked permissions. */
    private final List<Place> places;
    private List<String> planned;

    FileCgroup(Optional<CgroupRequest> request, List<Place> places) {
        this.request = request;
        this.places = new ArrayList<>(places);
    }

    static FileCgroup plan(CgroupHost host, CgroupRequest request) {
        List<Place> places = new ArrayList<>();
        for (Hierarchy hierarchy : host.v1()) {
            places.add(place(hierarchy, false, request));
        }
        if (host.v2().isPresent()) {
            places.add(place(host.v2().get(), host.isUnified(), request));
        }
        if (places.isEmpty() && !request.rootless()) {
            throw new RuntimeFailure("no cgroup file system is mounted on this host (/proc/self/mountinfo)");
        }
        return host.isUnified() ? new CgroupV2(Optional.of(request), places)
                : new CgroupV1(Optional.of(request), places);
    }

    private static Place place(Hierarchy hierarchy, boolean onlyV2, CgroupRequest request) {
        return Place.of(hierarchy, CgroupPaths.directory(hierarchy, onlyV2, request.cgroupsPath(), request.id()));
    }

    static FileCgroup of(Map<String, String> saved) {
        List<Place> places = Place.of(saved);
        return places.size() == 1 && places.getFirst().unified() ? new CgroupV2(Optional.empty(), places)
                : new CgroupV1(Optional.empty(), places);
    }

    @Override
    public List<String> plannedDirectories() {
        if (planned == null) {
            planned = new ArrayList<>();
            for (Place place : places) {
                planned.addAll(place.missing());
            }
        }
        return List.copyOf(planned);
    }

    @Override
    public List<String> create() {
        checkUnused();
        return make();
    }

    /** Makes the directories that are missing, and what else the cgroup needs; removes them when that fails. */
    final List<String> make() {
        List<String> missing = plannedDirectories();
        List<String> made = new ArrayList<>();
        try {
            for (Iterator<Place> each = places.iterator(); each.hasNext();) {
                Place place = each.next();
                try {
                    make(place, missing, made);
                } catch (KernelException e) {
                    tolerate(e, "mkdir " + place.path());
                    each.remove();
                }
            }
            checkRuns();
        } catch (RuntimeException e) {
            CgroupManager.undo(made);
            throw e;
        }
        return List.copyOf(made);
    }

    private void make(Place place, List<String> missing, List<String> made) {
        for (String directory : missing) {
            if (place.isAtOrBelow(directory)) {
                place.mkdir(directory, made);
            }
        }
        settle(place);
    }

    /** Called when the directory of a place is there: what else it takes before a process can be put in. */
    abstract void settle(Place place);

    /** Two containers in one cgroup would share limits, and a kill of one would kill both. */
    final void checkUnused() {
        List<String> missing = plannedDirectories();
        TreeSet<Integer> pids = new TreeSet<>();
        for (Place place : places) {
            if (!missing.contains(place.path())) {
                place.directory().collectProcesses(pids);
            }
        }
        if (!pids.isEmpty()) {
            throw new RuntimeFailure("container's cgroup is not empty: " + pids.size() + " process(es) found: "
                    + describe(pids.first()) + " in " + places.getFirst().path());
        }
    }

    /**
     * A process that is put into a frozen cgroup stops, and the one that waits for it waits in vain. Looked at when the
     * directories are there: a new one below a frozen one is frozen as well.
     */
    private void checkRuns() {
        for (Place place : places) {
            if (place.has(FREEZER) || place.unified()) {
                Freezer freezer = new Freezer(place.directory(), !place.unified());
                if (freezer.stopsProcesses()) {
                    throw new RuntimeFailure("container's cgroup unexpectedly frozen: " + place.path()
                            + (freezer.isFrozen() ? "" : ", by one above it"));
                }
            }
        }
    }

    /** Returns when a rootless container can do without what failed, throws otherwise. */
    private void tolerate(KernelException e, String what) {
        boolean permission = e.is(Errno.EACCES) || e.is(Errno.EPERM) || e.is(Errno.EROFS);
        String text = what + ": " + Errno.name(e.errno());
        if (permission && request.isPresent() && request.get().rootless() && request.get().cgroupsPath().isEmpty()) {
            if (!request.get().limits()) {
                return;
            }
            text = "rootless needs no limits + no cgrouppath when no permission is granted for cgroups: " + text;
        }
        throw new RuntimeFailure("unable to apply cgroup configuration: " + text, e);
    }

    @Override
    public void limitProcesses(Resources resources, RuntimeLog log) {
        if (resources.pids().isPresent() && resources.pids().get().limit().isPresent()) {
            processes(resources.pids().get().limit().getAsLong(), log);
        }
    }

    @Override
    public Runnable update(Resources change, RuntimeLog log) {
        LimitSnapshot before = new LimitSnapshot(places, change.unified().keySet(), log);
        try {
            limit(change, log);
            limitProcesses(change, log);
        } catch (RuntimeException e) {
            before.restore();
            throw e;
        }
        return before::restore;
    }

    /** Sets the limit of processes. */
    abstract void processes(long limit, RuntimeLog log);

    /**
     * Whether the device rules may be left out. A rootless runtime may not set them: the kernel wants CAP_SYS_ADMIN in
     * the first user namespace. The device files such a container can open are its user's anyway.
     */
    final boolean isRootless() {
        return request.isPresent() && request.get().rootless();
    }

    @Override
    public void join(int pid) {
        for (Iterator<Place> each = places.iterator(); each.hasNext();) {
            String file = each.next().directory().file("cgroup.procs");
            try {
                writePid(file, pid);
            } catch (KernelException e) {
                tolerate(e, "error adding pid " + pid + " to cgroups: write " + file);
                each.remove();
            }
        }
    }

    /** EINVAL may mean that the process is not quite born (TASK_NEW); runc waits for that as well. */
    private static void writePid(String file, int pid) {
        for (int attempt = 1;; attempt++) {
            try {
                CgroupFiles.write(file, Integer.toString(pid));
                return;
            } catch (KernelException e) {
                if (!e.is(Errno.EINVAL) || attempt == 5 || !Deadline.of(100).pause()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void enter(AgentKernel self) {
        try {
            Batch all = self.sequence();
            enter(all, Optional.empty());
            all.run();
        } catch (KernelException e) {
            enterOneByOne(self);
        }
    }

    @Override
    public int enterButMemory(AgentKernel self) {
        Optional<Place> memory = find("memory");
        if (memory.isEmpty()) {
            enter(self);
            return -1;
        }
        // Opened now: after the process has changed its user and its mounts it may not be able to.
        String tasks = memory.get().directory().file(TASKS);
        try {
            Batch all = self.sequence();
            enter(all, memory);
            int fd = all.openat(Kernel.AT_FDCWD, tasks, TASKS_FLAGS, 0);
            all.run();
            return all.result(fd);
        } catch (KernelException e) {
            enterOneByOne(self);
            return self.openat(Kernel.AT_FDCWD, tasks, TASKS_FLAGS, 0);
        }
    }

    private void enter(Batch all, Optional<Place> except) {
        for (Place place : places) {
            if (!place.unified() && (except.isEmpty() || place != except.get())) {
                all.writeFile(place.directory().file(TASKS), SELF);
            }
        }
    }

    /** The batch did not say where it failed; entering a cgroup once more does no harm. */
    private void enterOneByOne(AgentKernel self) {
        for (Iterator<Place> each = places.iterator(); each.hasNext();) {
            Place place = each.next();
            if (place.unified()) {
                continue;
            }
            String file = place.directory().file(TASKS);
            try {
                Batch one = self.sequence();
                one.writeFile(file, SELF);
                one.run();
            } catch (KernelException e) {
                tolerate(e, "error adding pid " + self.getpid() + " to cgroups: write " + file);
                each.remove();
            }
        }
    }

    @Override
    public Optional<String> cloneInto() {
        Optional<Place> unified = find(Place.UNIFIED);
        return unified.isPresent() ? Optional.of(unified.get().path()) : Optional.empty();
    }

    @Override
    public Map<String, String> paths() {
        Map<String, String> paths = new LinkedHashMap<>();
        for (Place place : places) {
            for (String controller : place.controllers()) {
                paths.put(controller, place.path());
            }
        }
        return paths;
    }

    @Override
    public List<Integer> processes() {
        TreeSet<Integer> pids = new TreeSet<>();
        for (Place place : places) {
            place.directory().collectProcesses(pids);
        }
        return new ArrayList<>(pids);
    }

    @Override
    public boolean isEmpty() {
        return processes().isEmpty();
    }

    @Override
    public void killAll(Kernel kernel, int signal) {
        new CgroupKiller(this, kernel, freezer()).killAll(signal);
    }

    @Override
    public boolean isFrozen() {
        Optional<Freezer> freezer = freezer();
        return freezer.isPresent() && freezer.get().isFrozen();
    }

    @Override
    public void freeze() {
        needFreezer().freeze();
    }

    @Override
    public void thaw() {
        needFreezer().thaw();
    }

    private Freezer needFreezer() {
        Optional<Freezer> freezer = freezer();
        if (freezer.isEmpty()) {
            throw new RuntimeFailure("this container has no cgroup with a freezer, it can not be paused");
        }
        return freezer.get();
    }

    private Optional<Freezer> freezer() {
        Optional<Place> v1 = find(FREEZER);
        Optional<Place> place = v1.isPresent() ? v1 : find(Place.UNIFIED);
        return place.isPresent() ? Optional.of(new Freezer(place.get().directory(), v1.isPresent())) : Optional.empty();
    }

    @Override
    public void remove() {
        List<CgroupDirectory> left = new ArrayList<>();
        for (Place place : places) {
            left.add(place.directory());
        }
        Deadline deadline = Deadline.usual();
        while (!removeSome(left)) {
            if (!deadline.pause()) {
                CgroupDirectory first = left.getFirst();
                TreeSet<Integer> pids = new TreeSet<>();
                first.collectProcesses(pids);
                throw new RuntimeFailure("unable to remove cgroup " + first.path() + " within " + Deadline.SECONDS
                        + " s: " + (pids.isEmpty() ? "the kernel refuses rmdir, though no process is left in it"
                                : describe(pids.first()) + " is still in it"));
            }
        }
    }

    private static boolean removeSome(List<CgroupDirectory> left) {
        for (Iterator<CgroupDirectory> each = left.iterator(); each.hasNext();) {
            if (each.next().tryRemove()) {
                each.remove();
            }
        }
        return left.isEmpty();
    }

    /** The place of a controller. */
    final Optional<Place> find(String controller) {
        for (Place place : places) {
            if (place.has(controller)) {
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }

    /** Whether there is nothing but v2. */
    final boolean isUnified() {
        return places.size() == 1 && places.getFirst().unified();
    }

    /** Where the container is in each hierarchy. */
    final List<Place> places() {
        return places;
    }

    /** What the container asks for, as far as it is known. */
    final Optional<CgroupRequest> request() {
        return request;
    }

    /** Pid and name of a process for a message. */
    static String describe(int pid) {
        String name = CgroupFiles.value("/proc/" + pid + "/comm");
        return "process " + pid + (name.isEmpty() ? "" : " (" + name + ")");
    }

    /** The path without its last name. */
    static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }
}
