package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.DeviceCgroup;
import org.jrunc.spec.Resources;
import org.jrunc.systemd.SystemdUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd is told about a container, and when; in directories that stand for cgroups. */
class SystemdCgroupTest {

    private static final String ACCOUNTING = "MemoryAccounting=true, CPUAccounting=true, IOAccounting=true,"
            + " TasksAccounting=true, DefaultDependencies=false";

    @TempDir
    Path top;

    private final FakeSystemd systemd = new FakeSystemd();
    private CgroupHost unified;

    @BeforeEach
    void hierarchy() throws IOException {
        Files.createDirectory(top.resolve("cg"));
        Files.createDirectory(top.resolve("transient"));
        unified = CgroupHost.parse("2 1 0:2 / " + top + "/cg rw - cgroup2 cgroup2 rw\n", "0::/\n");
    }

    private SystemdHost host(CgroupHost cgroups, boolean user, String base) {
        return new SystemdHost(cgroups, top.toString(), user, base, systemd);
    }

    private static CgroupRequest request(String path, Resources resources, Map<String, String> annotations) {
        return new CgroupRequest("id", Optional.of(path), Optional.of(resources), true, false, annotations, Map.of(),
                OptionalInt.empty());
    }

    /** As {@link SystemdCgroup#plan}, without a look at whether this machine has a systemd. */
    private SystemdCgroup plan(SystemdHost host, String path, Resources resources) {
        return SystemdCgroup.planned(host, request(path, resources, Map.of()));
    }

    private Resources resources(String json) throws IOException {
        return LimitsTest.resources(top, json);
    }

    /** A device program can not be attached to a directory that only stands for a cgroup. */
    private static void allowDevices(SystemdCgroup cgroup, Resources resources) {
        String message = assertThrows(RuntimeFailure.class, () -> cgroup.allowDevices(resources, RuntimeLog.NONE))
                .getMessage();
        assertTrue(message.contains("/linux/resources/devices: bpf of the device program"), message);
    }

    private void load(String unit) throws IOException {
        Files.writeString(top.resolve("transient/" + unit), "");
    }

    @Test
    void makesAScopeAroundAProcess() throws IOException {
        SystemdCgroup cgroup = SystemdCgroup.planned(host(unified, false, ""), request("a-b.slice:docker:c1",
                resources("'memory':{'limit':4096},'pids':{'limit':5}"),
                Map.of("org.systemd.property.CollectMode", "'inactive-or-failed'")));
        assertEquals(List.of(), cgroup.plannedDirectories());
        assertEquals("system docker-c1.scope", cgroup.unit().orElseThrow().saved());
        assertEquals(List.of(), systemd.calls);
        cgroup.createAround(4711, RuntimeLog.NONE);
        assertEquals(List.of("connect", "start docker-c1.scope [Description='libcontainer container c1',"
                + " Slice='a-b.slice', PIDs=[4711], Delegate=true, " + ACCOUNTING
                + ", CollectMode='inactive-or-failed', MemoryMax=4096]"), systemd.calls);
        assertEquals(Map.of("", top + "/cg/a.slice/a-b.slice/docker-c1.scope"), cgroup.paths());
        assertTrue(cgroup.cloneInto().isEmpty());
    }

    @Test
    void tellsTheNumberOfProcessesAndTheDevicesLaterInOneCall() throws IOException {
        Resources resources = resources("'memory':{'limit':4096},'pids':{'limit':5},'devices':[{'allow':false,"
                + "'access':'rwm'},{'allow':true,'type':'c','major':1,'minor':3,'access':'r'},"
                + "{'allow':true,'type':'b','major':8,'access':'rw'}]");
        SystemdCgroup cgroup = plan(host(unified, false, ""), ":p:n", resources);
        cgroup.createAround(1, RuntimeLog.NONE);
        systemd.calls.clear();
        cgroup.limit(resources, RuntimeLog.NONE);
        cgroup.limitProcesses(resources, RuntimeLog.NONE);
        assertEquals(List.of(), systemd.calls);
        assertEquals("4096", Files.readString(top.resolve("cg/system.slice/p-n.scope/memory.max")));
        assertEquals("5", Files.readString(top.resolve("cg/system.slice/p-n.scope/pids.max")));
        allowDevices(cgroup, resources);
        assertEquals(2, systemd.calls.size(), systemd.calls.toString());
        assertEquals("set p-n.scope [TasksMax=5, DevicePolicy='strict', DeviceAllow=["
                + "('block-8', 'rw'), ('char-*', 'm'), ('block-*', 'm'), ('/dev/char/1:3', 'rwm'), ('/dev/char/1:8',"
                + " 'rwm'), ('/dev/char/1:7', 'rwm'), ('/dev/char/1:5', 'rwm'), ('/dev/char/1:9', 'rwm'),"
                + " ('/dev/char/5:0', 'rwm'), ('/dev/char/5:2', 'rwm'), ('char-136', 'rwm'), ('/dev/char/10:200',"
                + " 'rwm')]]", systemd.calls.getFirst());
        assertEquals("close", systemd.calls.getLast());
    }

    @Test
    void tellsTheWeightsOfDisksWhenItIsKnownWhoHeedsThem() throws IOException {
        Resources resources = resources("'blockIO':{'weight':300,'weightDevice':[{'major':8,'minor':0,'weight':200}]}");
        SystemdCgroup cgroup = plan(host(unified, false, ""), ":p:n", resources);
        cgroup.createAround(1, RuntimeLog.NONE);
        assertFalse(systemd.calls.getLast().contains("Weight"), systemd.calls.toString());
        systemd.calls.clear();
        Path bfq = Files.writeString(top.resolve("cg/system.slice/p-n.scope/io.bfq.weight"), "");
        cgroup.limit(resources, RuntimeLog.NONE);
        assertEquals("8:0 200", Files.readString(bfq));
        allowDevices(cgroup, resources);
        assertTrue(systemd.calls.getFirst().startsWith("set p-n.scope [IOWeight=2300, IODeviceWeight=[("
                + "'/dev/block/8:0', 1200)], DevicePolicy="), systemd.calls.toString());
        assertEquals(2, systemd.calls.size(), systemd.calls.toString());
    }

    @Test
    void anUpdateTellsTheWeightsAsTheFileIs() throws IOException {
        Path directory = Files.createDirectories(top.resolve("cg/system.slice/p-n.scope"));
        SystemdCgroup cgroup = SystemdCgroup.of(SystemdUnit.ofSaved("system p-n.scope"), host(unified, false, ""),
                Map.of("", directory.toString()));
        cgroup.update(resources("'blockIO':{'weight':200}"), RuntimeLog.NONE);
        Files.writeString(directory.resolve("io.bfq.weight"), "");
        cgroup.update(resources("'blockIO':{'weight':200}"), RuntimeLog.NONE);
        assertEquals(List.of("connect", "set p-n.scope [IOWeight=1920]", "close",
                "connect", "set p-n.scope [IOWeight=1200]", "close"), systemd.calls);
    }

    @Test
    void allowsAllDevicesOrSaysWhichRulesSystemdCanNotHave() {
        DeviceCgroup all = new DeviceCgroup(true, Optional.empty(), OptionalLong.empty(),
                OptionalLong.empty(), Optional.empty());
        DeviceCgroup not = new DeviceCgroup(false, Optional.of("c"), OptionalLong.of(1),
                OptionalLong.of(3), Optional.of("rwm"));
        StringBuilder warnings = new StringBuilder();
        RuntimeLog log = (level, message) -> warnings.append(message);
        String auto = "[DevicePolicy='auto', DeviceAllow=[]]";
        for (boolean v2 : new boolean[] {true, false}) {
            assertEquals(auto, SystemdDevices.of(List.of(all), v2, log).toString());
        }
        assertEquals(auto, SystemdDevices.of(List.of(all, not), true, log).toString());
        assertEquals("", warnings.toString());
        assertEquals("[DevicePolicy='strict', DeviceAllow=[]]", SystemdDevices.of(List.of(all, not), false, log)
                .toString());
        assertTrue(warnings.toString().startsWith("systemd doesn't support blacklist device rules"),
                warnings.toString());
    }

    @Test
    void aSliceHasNoProcessesInSystemdsEyes() throws IOException {
        SystemdCgroup cgroup = plan(host(unified, false, ""), "a.slice:x:a-b.slice", resources(""));
        cgroup.createAround(1, RuntimeLog.NONE);
        assertEquals("start a-b.slice [Description='libcontainer container a-b.slice', Wants=['a.slice'], "
                + ACCOUNTING + "]", systemd.calls.getLast());
        assertEquals(Optional.of(top + "/cg/a.slice/a-b.slice"), cgroup.cloneInto());
    }

    @Test
    void aUsersSystemdIsAskedWhereItsCgroupsAre() throws IOException {
        SystemdCgroup cgroup = plan(host(unified, true, ""), "", resources("'pids':{'limit':5}"));
        assertEquals(Map.of(), cgroup.paths());
        cgroup.createAround(1, RuntimeLog.NONE);
        assertEquals(List.of("connect", "controlGroup"), systemd.calls.subList(0, 2));
        assertTrue(systemd.calls.get(2).startsWith("start runc-id.scope [Description='libcontainer container id',"
                + " Slice='user.slice', "), systemd.calls.get(2));
        assertEquals(top + "/cg/user.slice/user-1000.slice/user@1000.service/user.slice/runc-id.scope",
                cgroup.paths().get(""));
        cgroup.limitProcesses(resources("'pids':{'limit':5}"), RuntimeLog.NONE);
        allowDevices(cgroup, resources(""));
        assertEquals("set runc-id.scope [TasksMax=5]", systemd.calls.get(3));
    }

    @Test
    void onV1MakesTheDirectoriesThatSystemdDoesNotMake() throws IOException {
        for (String name : List.of("systemd", "freezer")) {
            Files.createDirectory(top.resolve(name));
        }
        CgroupHost v1 = CgroupHost.parse("1 1 0:1 / " + top + "/systemd rw - cgroup cgroup rw,name=systemd\n1 1 0:1 / "
                + top + "/freezer rw - cgroup cgroup rw,freezer\n", "2:freezer:/\n1:name=systemd:/init.scope\n");
        SystemdCgroup cgroup = plan(host(v1, false, "/outer"), ":p:n", resources("'memory':{'limit':4096}"));
        assertEquals(List.of(top + "/freezer/outer/system.slice/p-n.scope",
                top + "/systemd/outer/system.slice/p-n.scope"), cgroup.plannedDirectories());
        cgroup.createAround(1, RuntimeLog.NONE);
        assertTrue(systemd.calls.getLast().contains("BlockIOAccounting=true"), systemd.calls.toString());
        assertTrue(systemd.calls.getLast().endsWith(", MemoryLimit=4096]"), systemd.calls.toString());
        assertTrue(Files.isDirectory(top.resolve("freezer/outer/system.slice/p-n.scope")));
    }

    @Test
    void refusesACgroupWithProcessesBeforeSystemdTouchesIt() throws IOException {
        Path scope = Files.createDirectories(top.resolve("cg/system.slice/p-n.scope"));
        Files.writeString(scope.resolve("cgroup.procs"), "4711\n");
        SystemdCgroup cgroup = plan(host(unified, false, ""), ":p:n", resources(""));
        assertTrue(assertThrows(RuntimeFailure.class, () -> cgroup.createAround(1, RuntimeLog.NONE)).getMessage()
                .startsWith("container's cgroup is not empty: 1 process(es) found: process 4711"));
        assertEquals(List.of(), systemd.calls);
    }

    @Test
    void refusesAFrozenUnit() throws IOException {
        Path scope = Files.createDirectories(top.resolve("cg/system.slice/p-n.scope"));
        Files.writeString(scope.resolve("cgroup.events"), "populated 0\nfrozen 1\n");
        SystemdCgroup cgroup = plan(host(unified, false, ""), ":p:n", resources(""));
        assertTrue(assertThrows(RuntimeFailure.class, () -> cgroup.createAround(1, RuntimeLog.NONE)).getMessage()
                .startsWith("container's cgroup unexpectedly frozen: "));
    }

    @Test
    void anUpdateTellsSystemdFirst() throws IOException {
        Path scope = Files.createDirectories(top.resolve("cg/system.slice/p-n.scope"));
        SystemdCgroup cgroup = SystemdCgroup.of(SystemdUnit.ofSaved("system p-n.scope"), host(unified, false, ""),
                Map.of("", scope.toString()));
        Resources resources = resources("'cpu':{'quota':12345},'pids':{'limit':9}");
        cgroup.limit(resources, RuntimeLog.NONE);
        cgroup.limitProcesses(resources, RuntimeLog.NONE);
        assertEquals(List.of("connect", "set p-n.scope [CPUQuotaPerSecUSec=130000]", "set p-n.scope [TasksMax=9]"),
                systemd.calls);
        assertEquals("13000 100000", Files.readString(scope.resolve("cpu.max")));
        assertEquals("9", Files.readString(scope.resolve("pids.max")));
    }

    @Test
    void isStoppedWhenItIsRemovedAndOnlyIfSystemdKnowsIt() throws IOException {
        Path scope = Files.createDirectories(top.resolve("cg/system.slice/p-n.scope"));
        SystemdUnit unit = SystemdUnit.ofSaved("system p-n.scope");
        SystemdCgroup.of(unit, host(unified, false, ""), Map.of("", scope.toString())).remove();
        assertEquals(List.of(), systemd.calls);
        assertFalse(Files.exists(scope));
        load("p-n.scope");
        SystemdCgroup.of(unit, host(unified, false, ""), Map.of("", scope.toString())).remove();
        assertEquals(List.of("connect", "stop p-n.scope", "close"), systemd.calls);
    }

    @Test
    void aUnitThatABrokenCreateLeftIsStoppedUnlessItIsSomebodyElses() throws IOException {
        SystemdUnit unit = SystemdUnit.ofSaved("system p-n.scope");
        SystemdCgroup.undo(unit, host(unified, false, ""));
        assertEquals(List.of(), systemd.calls);
        load("p-n.scope");
        systemd.empty = false;
        SystemdCgroup.undo(unit, host(unified, false, ""));
        assertEquals(List.of("connect", "close"), systemd.calls);
        systemd.empty = true;
        SystemdCgroup.undo(unit, host(unified, false, ""));
        assertEquals("stop p-n.scope", systemd.calls.get(3));
    }

    @Test
    void refusesAUsersCgroupOnV1() throws IOException {
        CgroupHost v1 = CgroupHost.parse("1 1 0:1 / " + top + "/cg rw - cgroup cgroup rw,pids\n", "1:pids:/\n");
        String message = assertThrows(RuntimeFailure.class, () -> host(v1, true, "").check()).getMessage();
        assertTrue(message.startsWith("cannot use rootless systemd cgroups manager on cgroup v1")
                || message.startsWith("systemd not running on this host, cannot use systemd cgroups manager"), message);
    }

    @Test
    void knowsWhereSystemdHasItsCgroups() {
        assertEquals("", SystemdHost.init("0::/init.scope\n"));
        assertEquals("/docker/c1", SystemdHost.init("0::/docker/c1/init.scope\n"));
        assertEquals("/docker/c1", SystemdHost.init("5:cpu:/x\n1:name=systemd:/docker/c1/init.scope\n0::/y\n"));
        assertEquals("", SystemdHost.init("0::/\n"));
        assertEquals("", SystemdHost.init(""));
    }
}
