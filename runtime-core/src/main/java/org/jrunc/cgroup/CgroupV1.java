package org.jrunc.cgroup;

import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.JsonWriter;
import org.jrunc.spec.Resources;

/**
 * A container's cgroup on v1 (cgroup-v1 in the kernel's admin guide): a directory in each mounted hierarchy, named
 * ones included, and on a hybrid host in the one of v2 as well, for its {@code cgroup.kill}.
 */
final class CgroupV1 extends FileCgroup {

    private static final String[] CPUSET_FILES = {"/cpuset.cpus", "/cpuset.mems"};

    CgroupV1(Optional<CgroupRequest> request, List<Place> places) {
        super(request, places);
    }

    /**
     * A new cpuset has no processors and no memory nodes, and takes no process before it has some; it gets those of
     * its parent (cpusets.rst).
     */
    @Override
    void settle(Place place) {
        if (place.has("cpuset")) {
            for (String file : CPUSET_FILES) {
                inherit(place.path(), place.mountPoint(), file);
            }
        }
    }

    @Override
    public void limit(Resources resources, RuntimeLog log) {
        new V1Limits(places(), log).apply(resources);
    }

    @Override
    void processes(long limit, RuntimeLog log) {
        new V1Limits(places(), log).processes(limit);
    }

    @Override
    public void allowDevices(Resources resources, RuntimeLog log) {
        if (!isRootless()) {
            new V1Limits(places(), log).devices(resources);
        }
    }

    @Override
    public Optional<OomReport> oom() {
        Optional<Place> memory = find("memory");
        return memory.isEmpty() ? Optional.empty() : OomReport.v1(memory.get().directory());
    }

    @Override
    public Optional<OomWatch> watchOom(Kernel kernel) {
        return find("memory").map(place -> OomWatch.v1(kernel, place.directory()));
    }

    @Override
    public void statistics(JsonWriter json) {
        new StatisticsJson(json).write(new V1Statistics(places()).read());
    }

    /** Makes sure that a cpuset file has a value, and returns it. */
    private static String inherit(String directory, String mountPoint, String file) throws KernelException {
        String value = CgroupFiles.value(directory + file);
        if (value.isEmpty() && directory.length() > mountPoint.length()) {
            value = inherit(parent(directory), mountPoint, file);
            CgroupFiles.write(directory + file, value);
        }
        return value;
    }
}
