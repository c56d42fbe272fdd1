package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.AgentKernel;
import org.jrunc.kernel.Kernel;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.JsonWriter;
import org.jrunc.spec.Resources;
import org.jrunc.systemd.BusValue;
import org.jrunc.systemd.PropertyAnnotations;
import org.jrunc.systemd.Systemd;
import org.jrunc.systemd.SystemdUnit;
import org.jrunc.systemd.UnitProperty;

/**
 * A cgroup that is a unit of systemd: a transient scope, whose first process is given to systemd with it, or a slice.
 * systemd makes the directories of the controllers it knows, and is told the limits it has properties for; all else is
 * done in the file systems, as for any other cgroup.
 *
 * <p>systemd is called when the unit is made, when its limits change and when it is to go, and never otherwise.
 */
final class SystemdCgroup implements CgroupManager {

    private final SystemdUnit unit;
    private final SystemdHost host;
    private final Optional<CgroupRequest> request;
    private final List<UnitProperty> annotations;
    /** The cgroup in the file systems. Where a user's systemd has its cgroups is not known before it was asked. */
    private FileCgroup files;
    private Optional<Systemd> connection = Optional.empty();
    /** What a new unit is yet to be told, with the device rules. */
    private final List<UnitProperty> later = new ArrayList<>();
    private boolean isNew;

    private SystemdCgroup(SystemdUnit unit, SystemdHost host, Optional<CgroupRequest> request, FileCgroup files) {
        this.unit = unit;
        this.host = host;
        this.request = request;
        this.annotations = request.isEmpty() ? List.of() : PropertyAnnotations.of(request.get().annotations());
        this.files = files;
    }

    /** The cgroup of a new container. */
    static SystemdCgroup plan(SystemdHost host, CgroupRequest request) {
        host.check();
        return planned(host, request);
    }

    /** The cgroup of a new container on a host that has what it takes. */
    static SystemdCgroup planned(SystemdHost host, CgroupRequest request) {
        SystemdUnit unit = SystemdUnit.of(request.cgroupsPath(), request.id(), host.user());
        FileCgroup files = host.user() ? FileCgroup.of(Map.of())
                : FileCgroup.plan(host.cgroups(), request.at(host.base() + unit.path()));
        return new SystemdCgroup(unit, host, Optional.of(request), files);
    }

    /** The cgroup of an existing container. */
    static SystemdCgroup of(SystemdUnit unit, SystemdHost host, Map<String, String> savedPaths) {
        return new SystemdCgroup(unit, host, Optional.empty(), FileCgroup.of(savedPaths));
    }

    /**
     * Stops a unit that a create had begun to make and did not finish. If there are processes in it, it is somebody
     * else's of the same name.
     */
    static void undo(SystemdUnit unit, SystemdHost host) {
        if (host.isLoaded(unit)) {
            try (Systemd systemd = host.connect()) {
                if (systemd.isEmpty(unit.name())) {
                    systemd.stop(unit.name());
                }
            }
        }
    }

    @Override
    public Optional<SystemdUnit> unit() {
        return Optional.of(unit);
    }

    /** Those of the container's own that systemd may not make itself; the slices above them are not the container's. */
    @Override
    public List<String> plannedDirectories() {
        List<String> own = new ArrayList<>();
        List<String> missing = files.plannedDirectories();
        for (Place place : files.places()) {
            if (missing.contains(place.path()) && !host.cgroups().isUnified()) {
                own.add(place.path());
            }
        }
        return own;
    }

    @Override
    public List<String> create() {
        throw new IllegalStateException("a scope is made with a process in it");
    }

    @Override
    public void createAround(int pid, RuntimeLog log) {
        CgroupRequest asked = request.orElseThrow();
        if (host.user()) {
            files = FileCgroup.plan(host.cgroups(), asked.at(systemd().controlGroup() + unit.path()));
        }
        files.checkUnused();
        List<UnitProperty> properties = properties(asked, pid);
        if (asked.resources().isPresent()) {
            properties.addAll(SystemdLimits.of(asked.resources().get(), host.cgroups().isUnified(), true, systemd(),
                    log));
        }
        systemd().start(unit.name(), properties);
        isNew = true;
        files.make();
        files.delegate(log);
    }

    /** What runc tells systemd about a container. */
    private List<UnitProperty> properties(CgroupRequest asked, int pid) {
        List<UnitProperty> properties = new ArrayList<>();
        String path = asked.cgroupsPath().orElse("");
        properties.add(UnitProperty.of("Description", "libcontainer container "
                + (path.isEmpty() ? asked.id() : path.substring(path.lastIndexOf(':') + 1))));
        if (unit.isSlice()) {
            properties.add(new UnitProperty("Wants", BusValue.strings(unit.slice())));
        } else {
            properties.add(UnitProperty.of("Slice", unit.slice()));
            properties.add(new UnitProperty("PIDs", BusValue.u32s(pid)));
            properties.add(UnitProperty.of("Delegate", true));
        }
        properties.add(UnitProperty.of("MemoryAccounting", true));
        properties.add(UnitProperty.of("CPUAccounting", true));
        properties.add(UnitProperty.of(host.cgroups().isUnified() ? "IOAccounting" : "BlockIOAccounting", true));
        properties.add(UnitProperty.of("TasksAccounting", true));
        properties.add(UnitProperty.of("DefaultDependencies", false));
        properties.addAll(annotations);
        return properties;
    }

    @Override
    public void limit(Resources resources, RuntimeLog log) {
        if (!isNew) {
            systemd().set(unit.name(), properties(resources, log));
        }
        files.limit(SystemdLimits.rounded(resources), log);
        if (isNew) {
            // Not when the unit was made: which of its files the kernel heeds shows only when they are there.
            later.addAll(weights(resources));
        }
    }

    /** All that a unit whose cgroup is there can be told but the number of processes and the device rules. */
    private List<UnitProperty> properties(Resources resources, RuntimeLog log) {
        List<UnitProperty> properties = new ArrayList<>(
                SystemdLimits.of(resources, files instanceof CgroupV2, false, systemd(), log));
        properties.addAll(weights(resources));
        return properties;
    }

    private List<UnitProperty> weights(Resources resources) {
        return files instanceof CgroupV2 v2 ? SystemdBlockIo.of(resources, v2.hasBfq(), systemd()) : List.of();
    }

    @Override
    public void limitProcesses(Resources resources, RuntimeLog log) {
        Optional<UnitProperty> limit = SystemdLimits.processes(resources, files instanceof CgroupV2);
        if (limit.isPresent()) {
            later.add(limit.get());
            if (!isNew) {
                tellTheRest();
            }
        }
        files.limitProcesses(resources, log);
    }

    @Override
    public void allowDevices(Resources resources, RuntimeLog log) {
        // A user's systemd may set no device rules either.
        if (!host.user()) {
            later.addAll(SystemdDevices.of(resources.devices(), files instanceof CgroupV2, log));
        }
        tellTheRest();
        disconnect();
        files.allowDevices(resources, log);
    }

    /** systemd has to know as well: it writes its own values again at the next change of the unit. */
    @Override
    public Runnable update(Resources change, RuntimeLog log) {
        Runnable undo = files.update(SystemdLimits.rounded(change), log);
        try {
            List<UnitProperty> properties = properties(change, log);
            SystemdLimits.processes(change, files instanceof CgroupV2).ifPresent(properties::add);
            if (!properties.isEmpty()) {
                systemd().set(unit.name(), properties);
            }
            return undo;
        } catch (RuntimeException e) {
            undo.run();
            throw e;
        } finally {
            disconnect();
        }
    }

    private void tellTheRest() {
        if (!later.isEmpty()) {
            systemd().set(unit.name(), later);
            later.clear();
        }
    }

    /** A new scope has its process in it from the beginning. */
    @Override
    public Optional<String> cloneInto() {
        return isNew && !unit.isSlice() ? Optional.empty() : files.cloneInto();
    }

    /**
     * Stops the unit and makes systemd forget it; then removes what is left. systemd keeps a unit with no processes for
     * a moment, and one that failed until it is told.
     */
    @Override
    public void remove() {
        if (host.isLoaded(unit)) {
            systemd().stop(unit.name());
            disconnect();
        }
        files.remove();
    }

    private Systemd systemd() {
        if (connection.isEmpty()) {
            connection = Optional.of(host.connect());
        }
        return connection.get();
    }

    private void disconnect() {
        if (connection.isPresent()) {
            connection.get().close();
            connection = Optional.empty();
        }
    }

    @Override
    public Optional<OomReport> oom() {
        return files.oom();
    }

    @Override
    public Optional<OomWatch> watchOom(Kernel kernel) {
        return files.watchOom(kernel);
    }

    @Override
    public void statistics(JsonWriter json) {
        files.statistics(json);
    }

    @Override
    public void join(int pid) {
        files.join(pid);
    }

    @Override
    public void enter(AgentKernel self) {
        files.enter(self);
    }

    @Override
    public Map<String, String> paths() {
        return files.paths();
    }

    @Override
    public List<Integer> processes() {
        return files.processes();
    }

    @Override
    public boolean isEmpty() {
        return files.isEmpty();
    }

    @Override
    public void killAll(Kernel kernel, int signal) {
        files.killAll(kernel, signal);
    }

    @Override
    public boolean isFrozen() {
        return files.isFrozen();
    }

    @Override
    public void freeze() {
        files.freeze();
    }

    @Override
    public void thaw() {
        files.thaw();
    }
}
