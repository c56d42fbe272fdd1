package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code --systemd-cgroup}: the container's cgroup is a unit of systemd. */
@ExtendWith(NothingLeftExtension.class)
class SystemdCgroupTest {

    /** What differs from one unit to the next, or from one moment to the next. */
    private static final List<String> OF_ITS_OWN = List.of("Id", "Names", "InvocationID", "Description", "ControlGroup",
            "ControlGroupId", "FragmentPath", "DropInPaths", "Transient", "TasksCurrent", "MemoryCurrent",
            "MemoryAvailable", "CPUUsageNSec", "EffectiveCPUs", "EffectiveMemoryNodes");

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private static OciRuntime systemd(OciRuntime runtime) {
        return runtime.withGlobals("--systemd-cgroup");
    }

    /** A container of the runtime under test in a scope of its own, {@code jt-ID.scope}. */
    private static Container container(Sandbox box, Bundle bundle, String slice) {
        return container(box, systemd(box.runtime()), bundle, slice);
    }

    private static Container container(Sandbox box, OciRuntime runtime, Bundle bundle, String slice) {
        Needs.systemd();
        Container container = new Container(runtime, bundle, box.newId());
        bundle.set("/linux/cgroupsPath", slice + ":jt:" + container.id());
        return container;
    }

    private static String unit(Container container) {
        return "jt-" + container.id() + ".scope";
    }

    private static String show(String unit, String property) {
        return Shell.sh("systemctl show --value -p " + property + " " + unit);
    }

    private static void assertUnknown(String unit) {
        assertEquals("not-found", show(unit, "LoadState"));
    }

    /** One line with this text. */
    private static void assertRefused(Result result, String text) {
        assertEquals(1, result.exit(), result.toString());
        assertEquals(1, result.err().lines().count(), result.toString());
        assertTrue(result.err().replace("\\\"", "\"").contains(text), result.toString());
    }

    @Test
    void aContainerIsATransientScope(Sandbox box) {
        try (Container container = container(box, box.bundle().idle(), "").started()) {
            String unit = unit(container);
            assertEquals("active", show(unit, "ActiveState"));
            assertEquals("libcontainer container " + container.id(), show(unit, "Description"));
            assertEquals("yes", show(unit, "Transient"));
            assertEquals("yes", show(unit, "Delegate"));
            assertEquals("/system.slice/" + unit, show(unit, "ControlGroup"));
            for (String line : container.init().file("cgroup").lines().toList()) {
                // Of a host with v1 cgroups, all but those that are not mounted.
                if (Cgroups.areUnified() || line.contains(":pids:") || line.contains("freezer")
                        || line.contains("name=systemd")) {
                    assertTrue(line.endsWith(":/system.slice/" + unit), line);
                }
            }
            assertEquals("running", container.status());
            container.delete("--force").ok();
            assertUnknown(unit);
        }
    }

    @Test
    void itIsInTheSliceThatTheBundleNames(Sandbox box) {
        String slice = "jt" + ProcessHandle.current().pid();
        try (Container container = container(box, box.bundle().idle(), slice + "-b.slice").started()) {
            assertEquals("/" + slice + ".slice/" + slice + "-b.slice/" + unit(container),
                    show(unit(container), "ControlGroup"));
        } finally {
            // On v1 those of the slice stay where systemd has no controller, as with runc.
            Shell.attempt("systemctl stop " + slice + ".slice; find /sys/fs/cgroup -depth -type d -name '" + slice
                    + "*.slice' -exec rmdir {} +");
        }
    }

    @Test
    void limitsAreKnownToSystemdAndInTheFiles(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/linux/resources", Map.of(
                "memory", Map.of("limit", 64 << 20, "reservation", 32 << 20),
                "cpu", Map.of("shares", 2048, "quota", 12345, "period", 100000, "cpus", "0"),
                "pids", Map.of("limit", 30)));
        try (Container container = container(box, bundle, "").started()) {
            boolean v2 = Cgroups.areUnified();
            String unit = unit(container);
            assertEquals("67108864", show(unit, v2 ? "MemoryMax" : "MemoryLimit"));
            assertEquals("30", show(unit, "TasksMax"));
            assertEquals("130ms", show(unit, "CPUQuotaPerSecUSec"));
            assertEquals("100ms", show(unit, "CPUQuotaPeriodUSec"));
            assertEquals("0", show(unit, "AllowedCPUs"));
            assertEquals("strict", show(unit, "DevicePolicy"));
            assertEquals("30", Cgroups.file(container, "pids", "pids.max"));
            assertEquals("67108864", Cgroups.file(container, "memory", v2 ? "memory.max" : "memory.limit_in_bytes"));
            assertEquals(v2 ? "13000 100000" : "13000",
                    Cgroups.file(container, "cpu", v2 ? "cpu.max" : "cpu.cfs_quota_us"));
            // systemd writes its values anew then.
            Shell.sh("systemctl daemon-reload");
            assertEquals("30", Cgroups.file(container, "pids", "pids.max"));
            assertEquals("67108864", Cgroups.file(container, "memory", v2 ? "memory.max" : "memory.limit_in_bytes"));
            assertEquals(v2 ? "13000 100000" : "13000",
                    Cgroups.file(container, "cpu", v2 ? "cpu.max" : "cpu.cfs_quota_us"));
        }
    }

    /** Systemd writes its own values again at a reload, so it has to know; also of what was taken back. */
    @Test
    void anUpdateIsKnownToSystemd(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/linux/resources", Map.of("memory", Map.of("limit", 64 << 20)));
        try (Container container = container(box, bundle, "").started()) {
            boolean v2 = Cgroups.areUnified();
            String unit = unit(container);
            update(container, "--memory", "96M", "--cpu-period", "100000", "--cpu-quota", "12345", "--pids-limit", "25")
                    .ok();
            update(container, "--memory", "128M", "--pids-limit", "9", "--cpuset-mems", "77")
                    .failsWith("/linux/resources/cpu/mems", "EINVAL");
            Shell.sh("systemctl daemon-reload");
            assertEquals("100663296", show(unit, v2 ? "MemoryMax" : "MemoryLimit"));
            assertEquals("25", show(unit, "TasksMax"));
            assertEquals("130ms", show(unit, "CPUQuotaPerSecUSec"));
            assertEquals("100663296", Cgroups.limit(container, "memory", "memory.limit_in_bytes", "memory.max"));
            assertEquals("25", Cgroups.file(container, "pids", "pids.max"));
            assertEquals(v2 ? "13000 100000" : "13000",
                    Cgroups.limit(container, "cpu", "cpu.cfs_quota_us", "cpu.max"));
        }
    }

    private static Result update(Container container, String... flags) {
        List<String> words = new ArrayList<>(List.of("update"));
        words.addAll(List.of(flags));
        words.add(container.id());
        return container.runtime().command(words.toArray(String[]::new)).run();
    }

    @Test
    void aDeviceThatIsNotAllowedCanNotBeRead(Sandbox box) {
        Bundle bundle = box.bundle().allCapabilities().sh("mknod /sda b 1 0 && cat /dev/null && cat /sda > /dev/null");
        Result result = container(box, bundle, "").run();
        assertNotEquals(0, result.exit());
        assertTrue(result.err().contains("Operation not permitted"), result.toString());
    }

    @Test
    void theScopeHasThePropertiesOfRuncs(Sandbox box) {
        Needs.systemd();
        Needs.tool("runc");
        Map<String, Object> resources = Map.of("memory", Map.of("limit", 64 << 20), "cpu", Map.of("quota", 50000,
                "period", 100000, "cpus", "0"), "pids", Map.of("limit", 30), "devices", List.of(
                        Map.of("allow", false, "access", "rwm")));
        OciRuntime runc = systemd(box.runtime(Path.of(Shell.sh("command -v runc"))));
        try (Container ours = container(box, box.bundle().idle().set("/linux/resources", resources), "").started();
                Container theirs = container(box, runc, box.bundle().idle().set("/linux/resources", resources), "")
                        .started()) {
            assertEquals(properties(unit(theirs)), properties(unit(ours)));
        }
    }

    /**
     * All properties but those of its own. Of the devices, runc 1.1 leaves out those that the host does not have, and
     * names the terminals by the name of their driver.
     */
    private static String properties(String unit) {
        TreeSet<String> properties = new TreeSet<>();
        for (String line : Shell.sh("systemctl show " + unit).lines().toList()) {
            String name = line.substring(0, Math.max(0, line.indexOf('=')));
            if (!OF_ITS_OWN.contains(name) && !name.contains("Timestamp") && !name.startsWith("IO")
                    && !name.startsWith("IP") && !line.equals("DeviceAllow=/dev/char/10:200 rwm")) {
                properties.add(line.replace("DeviceAllow=char-pts ", "DeviceAllow=char-136 "));
            }
        }
        return String.join("\n", properties);
    }

    @Test
    void annotationsArePropertiesOfTheScope(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/annotations", Map.of(
                "org.systemd.property.TimeoutStopUSec", "uint64 123456789",
                "org.systemd.property.CollectMode", "'inactive-or-failed'",
                "org.systemd.property.RuntimeMaxSec", "3600",
                "org.systemd.property.Documentation", "['https://example.org/', 'https://example.net/']"));
        try (Container container = container(box, bundle, "").started()) {
            String unit = unit(container);
            assertEquals("2min 3.456789s", show(unit, "TimeoutStopUSec"));
            assertEquals("inactive-or-failed", show(unit, "CollectMode"));
            assertEquals("1h", show(unit, "RuntimeMaxUSec"));
            assertEquals("https://example.org/ https://example.net/", show(unit, "Documentation"));
        }
    }

    @Test
    void whatSystemdRefusesIsOneLineAndLeavesNothing(Sandbox box) {
        Bundle unknown = box.bundle().idle().set("/annotations", Map.of("org.systemd.property.NoSuchThing", "true"));
        Container first = container(box, unknown, "");
        assertRefused(first.create(), "unable to start unit \"" + unit(first) + "\": Cannot set property NoSuchThing");
        assertUnknown(unit(first));
        Bundle bad = box.bundle().idle().set("/annotations", Map.of("org.systemd.property.CollectMode", "inactive"));
        assertRefused(container(box, bad, "").create(),
                "annotation org.systemd.property.CollectMode=inactive value parse error: ");
        assertRefused(container(box, box.bundle().idle(), "a--b.slice").create(), "invalid slice name: a--b.slice");
        Container path = container(box, box.bundle().idle(), "");
        path.bundle().set("/linux/cgroupsPath", "/a/b");
        assertRefused(path.create(), "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups,"
                + " got \"/a/b\" instead");
    }

    @Test
    void aUnitOfSomebodyElsesIsLeftAlone(Sandbox box) throws IOException {
        Container container = container(box, box.bundle().idle(), "");
        Process other = new ProcessBuilder("systemd-run", "--scope", "--unit=" + unit(container), "sleep", "300")
                .redirectErrorStream(true).redirectOutput(box.dir().resolve("run.log").toFile()).start();
        try {
            Poll.until("the other unit runs", () -> show(unit(container), "ActiveState").equals("active"));
            Result result = container.create();
            assertRefused(result, "container's cgroup is not empty: 1 process(es) found: ");
            assertEquals("active", show(unit(container), "ActiveState"));
            assertTrue(other.isAlive());
            container.bundle().set("/linux/cgroupsPath", "jt.slice:jt:" + container.id());
            assertRefused(container.create(), "unable to start unit \"" + unit(container) + "\": Unit "
                    + unit(container) + " was already loaded or has a fragment file.");
            assertEquals("active", show(unit(container), "ActiveState"));
            assertTrue(other.isAlive());
        } finally {
            Shell.attempt("systemctl stop " + unit(container) + " jt.slice; find /sys/fs/cgroup -depth -type d -name"
                    + " jt.slice -exec rmdir {} +");
        }
    }

    @Test
    void aFailedUnitThatWasLeftBehindDoesNotBlockItsName(Sandbox box) {
        Container container = container(box, box.bundle().idle(), "");
        Shell.attempt("systemd-run --scope --unit=" + unit(container) + " -p RuntimeMaxSec=1 sleep 300");
        Poll.until("the unit has failed", () -> show(unit(container), "ActiveState").equals("failed"));
        try (container) {
            container.started();
            assertEquals("active", show(unit(container), "ActiveState"));
        }
        assertUnknown(unit(container));
    }

    @Test
    void aScopeThatFailedBecauseMemoryRanOutIsForgottenOnDelete(Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/resources/memory", Map.of("limit", 20 << 20))
                .sh("head -c 60000000 /dev/zero | tail > /dev/null; sleep 1000");
        try (Container container = container(box, bundle, "")) {
            container.create().ok();
            container.start().ok();
            container.kill("KILL");
            container.awaitStopped();
            container.delete().ok();
            assertUnknown(unit(container));
        }
    }

    @Test
    void aForegroundRunLeavesNoUnit(Sandbox box) {
        Container container = container(box, box.bundle().sh("exit 7"), "");
        assertEquals(7, container.run().exit());
        assertUnknown(unit(container));
        assertFalse(Files.exists(container.stateDirectory()));
    }

    @Test
    void aContainerInAFrozenSliceIsRefused(Sandbox box) {
        Needs.systemd();
        Needs.cgroupV2();
        String slice = "jtf" + ProcessHandle.current().pid() + ".slice";
        Shell.sh("systemctl start " + slice + " && echo 1 > /sys/fs/cgroup/" + slice + "/cgroup.freeze");
        try {
            Container container = container(box, box.bundle().idle(), slice);
            assertRefused(container.create(), "container's cgroup unexpectedly frozen: ");
            assertUnknown(unit(container));
        } finally {
            Shell.attempt("echo 0 > /sys/fs/cgroup/" + slice + "/cgroup.freeze; systemctl stop " + slice);
        }
    }

    @Test
    void aContainerWithItsOwnCgroupsMayMakeSomeBelow(Sandbox box) {
        Needs.systemd();
        Needs.cgroupV2();
        Bundle bundle = box.bundle().userNamespace(100000, 65536).namespace("cgroup").withoutMount("/sys/fs/cgroup")
                .mount("/sys/fs/cgroup", "cgroup", "cgroup", "rw", "nosuid", "noexec", "nodev")
                .sh("cd /sys/fs/cgroup && mkdir below && echo $$ > below/cgroup.procs && cat /proc/self/cgroup");
        Shell.sh("chown -R 100000:100000 " + bundle.rootfs());
        assertEquals("0::/below\n", container(box, bundle, "").run().ok().out());
    }

    @Test
    void aKilledCreateLeavesNothingThatDeleteCanNotRemove(Sandbox box) throws Exception {
        Path sign = box.dir().resolve("sign");
        Bundle bundle = box.bundle().idle().hook("createRuntime", "echo $$ > " + sign + "; exec sleep 300");
        Container container = container(box, bundle, "");
        bundle.save();
        Process create = new ProcessBuilder(box.runtime().executable().toString(), "--systemd-cgroup", "--root",
                box.runtime().root().toString(), "create", "--bundle", bundle.dir().toString(), container.id())
                .redirectErrorStream(true).redirectOutput(box.dir().resolve("create.log").toFile()).start();
        // Where the machine is emulated by software, a create takes longer than anything else is waited for.
        assertTrue(Poll.within(Duration.ofSeconds(30), () -> sign.toFile().length() > 0), "the hook does not run");
        assertEquals("active", show(unit(container), "ActiveState"));
        create.destroyForcibly().waitFor();
        Shell.attempt("kill -9 " + Files.readString(sign));
        container.delete("--force").ok();
        assertUnknown(unit(container));
    }

    @Test
    void withoutABusRootAsksSystemdItself(Sandbox box) {
        Container container = container(box, box.bundle().sh("cat /proc/self/cgroup"), "");
        Result result = container.invocation("run").env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere").run();
        assertTrue(result.ok().out().contains("/system.slice/" + unit(container)), result.toString());
    }

    @Test
    void aUsersContainerIsAUnitOfTheUsersSystemd(Sandbox box) {
        Needs.systemd();
        Needs.cgroupV2();
        Needs.tool("setpriv");
        try (SystemdUser lingering = SystemdUser.lingering()) {
            usersScope(box, lingering);
            withoutABus(box, lingering);
        }
    }

    private void usersScope(Sandbox box, SystemdUser lingering) {
        User user = lingering.user();
        Bundle bundle = lingering.bundle(box).idle().set("/linux/resources", Map.of("pids", Map.of("limit", 20)));
        try (Container container = container(box, systemd(box.runtime().withRoot(null).as(user)), bundle, "")) {
            container.create().ok();
            container.start().ok();
            assertEquals("0::/user.slice/user-" + user.uid() + ".slice/user@" + user.uid()
                    + ".service/user.slice/" + unit(container), container.init().file("cgroup").strip());
            assertEquals("20", Cgroups.file(container, "pids", "pids.max"));
            container.delete("--force").ok();
            assertFalse(Files.exists(user.runtimeDir().resolve("systemd/transient/" + unit(container))));
        }
    }

    private void withoutABus(Sandbox box, SystemdUser lingering) {
        User user = lingering.user();
        User lost = new User(user.name(), user.uid(), user.gid(), user.home(), box.newDirectory());
        Container container = container(box, systemd(box.runtime().withRoot(box.dir().resolve("lost")).as(lost)),
                lingering.bundle(box).idle(), "");
        Shell.sh("install -d -o " + user.uid() + " " + box.dir().resolve("lost"));
        assertRefused(container.create(), "unable to connect to the systemd of this user (--systemd-cgroup):"
                + " DBUS_SESSION_BUS_ADDRESS is not set and there is no " + lost.runtimeDir() + "/bus: ");
    }

    @Test
    void withoutSystemdItIsRefused(Sandbox box) {
        assumeFalse(Needs.hasSystemd(), "this host has systemd");
        Container container = new Container(systemd(box.runtime()), box.bundle().idle(), box.newId());
        container.bundle().set("/linux/cgroupsPath", ":jt:" + container.id());
        assertRefused(container.create(), "systemd not running on this host, cannot use systemd cgroups manager");
    }
}
