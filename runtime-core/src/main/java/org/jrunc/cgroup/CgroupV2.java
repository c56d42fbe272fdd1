package org.jrunc.cgroup;

import java.io.File;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.JsonWriter;
import org.jrunc.spec.Resources;

/** A container's cgroup on a host with nothing but v2 (cgroup-v2.rst): one directory. */
final class CgroupV2 extends FileCgroup {

    CgroupV2(Optional<CgroupRequest> request, List<Place> places) {
        super(request, places);
    }

    /** From the root on down: every cgroup above the container's hands down all controllers there are. */
    @Override
    void settle(Place place) {
        String root = place.mountPoint();
        String controllers = controllers(CgroupFiles.value(root + "/cgroup.controllers"));
        enable(root, controllers);
        for (int at = root.length(); at >= 0 && at < place.path().length();) {
            int next = place.path().indexOf('/', at + 1);
            String directory = next < 0 ? place.path() : place.path().substring(0, next);
            checkType(directory);
            if (next >= 0) {
                enable(directory, controllers);
            }
            at = next;
        }
    }

    /** {@code "cpu memory"} to {@code "+cpu +memory"}. */
    private static String controllers(String available) {
        return available.isEmpty() ? "" : "+" + available.replace(" ", " +");
    }

    /**
     * Enables all at once; one by one when that fails, for one that can not be (EBUSY for a cgroup with processes)
     * must not keep away the others. What is then missing is reported by the limit that needs it.
     */
    private static void enable(String directory, String controllers) {
        String file = directory + "/cgroup.subtree_control";
        if (controllers.isEmpty() || CgroupFiles.tryWrite(file, controllers)) {
            return;
        }
        for (int start = 0; start < controllers.length();) {
            int blank = controllers.indexOf(' ', start);
            int end = blank < 0 ? controllers.length() : blank;
            CgroupFiles.tryWrite(file, controllers.substring(start, end));
            start = end + 1;
        }
    }

    /** Below a threaded cgroup a new one is invalid until it becomes threaded; domain controllers forbid that. */
    private void checkType(String directory) {
        String type = CgroupFiles.value(directory + "/cgroup.type");
        if (type.isEmpty() || type.equals("domain")) {
            return;
        }
        if (needsDomain()) {
            throw new RuntimeFailure("cannot enter cgroupv2 \"" + directory + "\" with domain controllers -- it is in "
                    + (type.equals("domain invalid") ? "an invalid state" : type + " mode"));
        }
        if (type.equals("domain invalid")) {
            CgroupFiles.write(directory + "/cgroup.type", "threaded");
        }
    }

    /** A user may give files to nobody else; his container has to go without cgroups of its own then. */
    @Override
    public void delegate(RuntimeLog log) {
        Optional<Place> place = find(Place.UNIFIED);
        if (place.isEmpty() || request().isEmpty() || request().get().owner().isEmpty()) {
            return;
        }
        try {
            Delegation.give(place.get().directory(), request().get().owner().getAsInt());
        } catch (RuntimeFailure e) {
            if (!isRootless()) {
                throw e;
            }
            log.warn(e.getMessage());
        }
    }

    @Override
    public void limit(Resources resources, RuntimeLog log) {
        Optional<Place> place = find(Place.UNIFIED);
        if (place.isPresent()) {
            new V2Limits(place.get().path(), log).apply(resources);
        }
    }

    /** Whether the kernel has BFQ, and so a file of its own for the weights of block devices. */
    boolean hasBfq() {
        Optional<Place> place = find(Place.UNIFIED);
        return place.isPresent() && new File(place.get().path(), V2BlockIo.BFQ).exists();
    }

    /** Like all of them, {@code unified} overrides what is said in terms of v1. */
    @Override
    public void limitProcesses(Resources resources, RuntimeLog log) {
        super.limitProcesses(resources, log);
        String unified = resources.unified().get(V2Limits.PIDS_MAX);
        Optional<Place> place = find(Place.UNIFIED);
        if (unified != null && place.isPresent()) {
            new V2Limits(place.get().path(), log).unified(V2Limits.PIDS_MAX, unified);
        }
    }

    @Override
    void processes(long limit, RuntimeLog log) {
        Optional<Place> place = find(Place.UNIFIED);
        if (place.isPresent()) {
            new V2Limits(place.get().path(), log).processes(limit);
        }
    }

    @Override
    public void allowDevices(Resources resources, RuntimeLog log) {
        Optional<Place> place = find(Place.UNIFIED);
        if (place.isEmpty()) {
            return;
        }
        try {
            new DeviceFilter(LibcKernel.here(), place.get().path()).set(resources.devices());
        } catch (KernelException e) {
            if (!isRootless() || !e.is(Errno.EPERM)) {
                throw DeviceFilter.refused(place.get().path(), e);
            }
            log.debug("/linux/resources/devices: not set, a rootless runtime may not (" + e.call() + ": EPERM)");
        }
    }

    @Override
    public Optional<OomReport> oom() {
        Optional<Place> place = find(Place.UNIFIED);
        return place.isEmpty() ? Optional.empty() : OomReport.v2(place.get().directory());
    }

    @Override
    public Optional<OomWatch> watchOom(Kernel kernel) {
        return find(Place.UNIFIED).filter(place -> new File(place.directory().file("memory.events")).exists())
                .map(place -> OomWatch.v2(kernel, place.directory()));
    }

    @Override
    public void statistics(JsonWriter json) {
        new StatisticsJson(json).write(new V2Statistics(find(Place.UNIFIED).map(Place::path).orElse("")).read());
    }

    private boolean needsDomain() {
        if (request().isEmpty() || request().get().resources().isEmpty()) {
            return false;
        }
        Resources asked = request().get().resources().get();
        return asked.memory().isPresent() || asked.cpu().isPresent() || asked.blockIO().isPresent()
                || !asked.hugepageLimits().isEmpty();
    }

    @Override
    public boolean isEmpty() {
        // Covers the cgroups below as well; no file is no cgroup.
        Optional<Place> place = find(Place.UNIFIED);
        return place.isEmpty()
                || !CgroupFiles.read(place.get().directory().file("cgroup.events")).contains("populated 1");
    }
}
