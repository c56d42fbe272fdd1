package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is special about a host with nothing but cgroup v2: {@code unified}, delegation, freezing, threads, killing. */
@ExtendWith(NothingLeftExtension.class)
class CgroupV2Test {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.cgroupV2();
    }

    /** A cgroup that the test makes and removes, with all below it. */
    private record Made(Path path) implements AutoCloseable {

        static Made of(Sandbox box) {
            Path path = ROOT.resolve(box.newId());
            Shell.sh("mkdir " + path);
            return new Made(path);
        }

        String file(String name) throws IOException {
            return Files.readString(path.resolve(name)).strip();
        }

        void write(String file, String value) throws IOException {
            Files.writeString(path.resolve(file), value);
        }

        @Override
        public void close() {
            Shell.attempt("echo 1 > " + path + "/cgroup.kill; i=0; while [ $i -lt 100 ] && grep -q 'populated 1' "
                    + path + "/cgroup.events; do sleep 0.05; i=$((i+1)); done");
            Shell.sh("find " + path + " -depth -type d -exec rmdir {} +");
        }
    }

    @Test
    void unifiedFilesAreWrittenAndOverrideTheRest(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/linux/resources", Map.of("pids", Map.of("limit", 30), "memory",
                Map.of("limit", 40960000), "unified", Map.of("memory.max", "81920000", "memory.high", "40960000",
                        "pids.max", "50", "cpu.weight", "42", "cgroup.max.depth", "7")));
        try (Container container = box.container(bundle).started()) {
            assertEquals("81920000", Cgroups.file(container, "memory", "memory.max"));
            assertEquals("40960000", Cgroups.file(container, "memory", "memory.high"));
            assertEquals("50", Cgroups.file(container, "pids", "pids.max"));
            assertEquals("42", Cgroups.file(container, "cpu", "cpu.weight"));
            assertEquals("7", Cgroups.file(container, "cgroup", "cgroup.max.depth"));
        }
    }

    @Test
    void aUnifiedFileThatIsNotThereIsNamed(Sandbox box) {
        Needs.jrunc(box, "the peers use other words");
        Cgroups.refused(box, "unified", Map.of("no.such", "1")).failsWith(
                "/linux/resources/unified/no.such: write 1 to ", "ENOENT", "is not available in this cgroup");
        Cgroups.refused(box, "unified", Map.of("memory.such", "1")).failsWith(
                "/linux/resources/unified/memory.such: write 1 to ", "ENOENT", "this kernel does not have it");
    }

    @Test
    void whatOnlyVersion1KnowsIsInTheLog(Sandbox box) {
        Needs.jrunc(box, "the peers say nothing");
        Bundle bundle = box.bundle().args("/bin/true").set("/linux/resources", Map.of("network", Map.of("classID", 7),
                "memory", Map.of("disableOOMKiller", true), "cpu", Map.of("realtimeRuntime", 1000)));
        box.loggedContainer(bundle).run().ok().silent();
        String warnings = box.warnings().toString();
        for (String field : List.of("network/classID", "memory/disableOOMKiller", "cpu/realtimeRuntime")) {
            assertTrue(warnings.contains("/linux/resources/" + field + ": ignored: "), warnings);
        }
    }

    @Test
    void controllersAreHandedDownToADeepPath(Sandbox box) throws IOException {
        try (Made above = Made.of(box)) {
            Bundle bundle = box.bundle().idle().set("/linux/cgroupsPath", "/" + above.path().getFileName() + "/a/b")
                    .set("/linux/resources", Map.of("pids", Map.of("limit", 20), "cpu", Map.of("cpus", "0")));
            try (Container container = box.container(bundle).started()) {
                assertEquals(above.path().resolve("a/b"), Cgroups.path(container));
                assertEquals("20", above.file("a/b/pids.max"));
                assertEquals("0", above.file("a/b/cpuset.cpus"));
            }
            assertFalse(Files.exists(above.path().resolve("a/b")));
        }
    }

    @Test
    void aFrozenCgroupIsRefused(Sandbox box) throws IOException {
        try (Made frozen = Made.of(box)) {
            frozen.write("cgroup.freeze", "1");
            String name = "/" + frozen.path().getFileName();
            box.container(box.bundle().idle().set("/linux/cgroupsPath", name)).create()
                    .failsWith("container's cgroup unexpectedly frozen");
            Needs.jrunc(box, "runc looks at the very cgroup only, and hangs");
            box.container(box.bundle().idle().set("/linux/cgroupsPath", name + "/below")).create()
                    .failsWith("container's cgroup unexpectedly frozen", "by one above it");
            assertFalse(Files.exists(frozen.path().resolve("below")));
        }
    }

    @Test
    void anOccupiedCgroupIsRefusedAndLeftAlone(Sandbox box) throws IOException {
        try (Made occupied = Made.of(box)) {
            Process sleeper = new ProcessBuilder("sh", "-c", "echo $$ > " + occupied.path()
                    + "/cgroup.procs; exec sleep 1000").start();
            Poll.until("somebody is in the cgroup", () -> Shell.sh("cat " + occupied.path() + "/cgroup.procs")
                    .equals("" + sleeper.pid()));
            box.container(box.bundle().idle().set("/linux/cgroupsPath", "/" + occupied.path().getFileName())).create()
                    .failsWith("container's cgroup is not empty: 1 process(es) found");
            assertTrue(sleeper.isAlive() && Files.exists(occupied.path()));
            sleeper.destroyForcibly();
        }
    }

    @Test
    void aThreadedCgroupTakesNoMemoryLimit(Sandbox box) throws IOException {
        Needs.jrunc(box, "crun says it in other words");
        try (Made above = Made.of(box)) {
            above.write("cgroup.type", "threaded");
            String name = "/" + above.path().getFileName() + "/c";
            Bundle bundle = Cgroups.asking(box, "memory", Map.of("limit", 40960000)).set("/linux/cgroupsPath", name);
            box.container(bundle).create().failsWith("cannot enter cgroupv2 ", above.path().toString(),
                    "with domain controllers -- it is in threaded mode");
            assertFalse(Files.exists(above.path().resolve("c")));
        }
    }

    @Test
    void aContainerIsPausedWhenItsCgroupIsFrozen(Sandbox box) throws IOException {
        try (Container container = box.container(box.bundle().idle()).started()) {
            Path freeze = Cgroups.path(container).resolve("cgroup.freeze");
            Files.writeString(freeze, "1");
            assertEquals("paused", container.status());
            // A frozen process dies of cgroup.kill all the same.
            container.delete("--force").ok();
            assertFalse(Files.exists(freeze.getParent()));
        }
    }

    @Test
    void everyForkIsKilled(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().withoutNamespace("pid").set("/linux/resources/pids/limit", 200)
                .sh("f() { (f) & (f) & sleep 1000; }; f 2> /dev/null; sleep 1000");
        try (Container container = box.container(bundle).started()) {
            Path cgroup = Cgroups.path(container);
            Poll.until("there are many", () -> Shell.sh("wc -l < " + cgroup + "/cgroup.procs").length() > 2);
            container.delete("--force").ok();
            assertFalse(Files.exists(cgroup));
        }
    }

    /** config-linux.md, Cgroup ownership. */
    @Test
    void aContainerWithItsOwnCgroupsMayMakeSomeBelow(Sandbox box) throws IOException {
        Needs.jrunc(box, "the peers give a cgroup to the container's user only where systemd makes it");
        Bundle bundle = box.bundle().userNamespace(100000, 65536).namespace("cgroup").withoutMount("/sys/fs/cgroup")
                .mount("/sys/fs/cgroup", "cgroup", "cgroup", "rw", "nosuid", "noexec", "nodev")
                .set("/linux/resources", Map.of("pids", Map.of("limit", 20)))
                .sh("cd /sys/fs/cgroup && echo 30 2>&1 > pids.max; mkdir below && echo $$ > below/cgroup.procs"
                        + " && cat /proc/self/cgroup; exec sleep 1000");
        Shell.sh("chown -R 100000:100000 " + bundle.rootfs());
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("0::/below\n");
            Path own = Cgroups.path(container).getParent();
            assertEquals("20", Files.readString(own.resolve("pids.max")).strip());
            Shell.sh("for f in . $(cat /sys/kernel/cgroup/delegate); do ! [ -e " + own + "/$f ] || [ $(stat -c %u "
                    + own + "/$f) = 100000 ] || { echo $f; exit 1; }; done");
            assertEquals("0::/\n", container.exec("cat", "/proc/self/cgroup").ok().out());
            container.delete("--force").ok();
            assertFalse(Files.exists(own));
        }
    }

    /** Who may only read it is given nothing. */
    @Test
    void aReadOnlyCgroupMountIsNotDelegated(Sandbox box) {
        Bundle bundle = box.bundle().namespace("cgroup").set("/process/user/uid", 1000).idle();
        try (Container container = box.container(bundle).started()) {
            assertEquals("0", Shell.sh("stat -c %u " + Cgroups.path(container)));
        }
    }

    /** As systemd delegates: the directory and three of its files, cgroup-v2.rst. */
    private static void delegate(Made made, int uid) {
        Shell.sh("chown " + uid + " " + made.path() + " " + made.path() + "/cgroup.procs " + made.path()
                + "/cgroup.subtree_control " + made.path() + "/cgroup.threads");
    }

    @Test
    void aUserHasLimitsInWhatWasDelegatedToHim(Sandbox box) throws IOException {
        Needs.tool("setpriv");
        try (Made delegated = Made.of(box)) {
            Shell.sh("echo '+memory +pids' > /sys/fs/cgroup/cgroup.subtree_control");
            delegate(delegated, 1000);
            Path session = Files.createDirectory(delegated.path().resolve("session"));
            Shell.sh("chown 1000 " + session + " " + session + "/cgroup.procs");
            Path run = box.newDirectory();
            Shell.sh("chown 1000 " + run + " && chmod 700 " + run);
            User user = new User("user", 1000, 1000, Path.of("/"), run);
            Container container = new Container(box.runtime().withRoot(null).as(user), rootless(box), box.newId());
            try (container) {
                container.invocation("create").prefixedWith("sh", "-c", "echo $$ > " + session
                        + "/cgroup.procs; exec \"$@\"", "sh").run().ok();
                container.start().ok();
                Path own = delegated.path().resolve(container.id());
                assertEquals("40960000", Files.readString(own.resolve("memory.max")).strip());
                assertEquals("20", Files.readString(own.resolve("pids.max")).strip());
                assertEquals(own, Cgroups.path(container));
                container.kill("KILL").ok();
                container.awaitStopped();
                container.delete().ok();
                assertFalse(Files.exists(own));
            }
        }
    }

    /** A bundle for a user with one id, with limits. */
    private static Bundle rootless(Sandbox box) {
        Bundle bundle = box.bundle().namespace("user").namespace("cgroup").idle()
                .set("/linux/resources", Map.of("memory", Map.of("limit", 40960000), "pids", Map.of("limit", 20)))
                .set("/linux/uidMappings", List.of(Map.of("containerID", 0, "hostID", 1000, "size", 1)))
                .set("/linux/gidMappings", List.of(Map.of("containerID", 0, "hostID", 1000, "size", 1)))
                .withoutMount("/dev/pts")
                .mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620");
        Shell.sh("chown -h 1000:1000 " + bundle.dir() + " " + bundle.rootfs() + " " + bundle.rootfs() + "/*");
        return bundle;
    }

    @Test
    void aUserWithoutDelegationHasNoLimits(Sandbox box) {
        Needs.jrunc(box, "crun gives a warning");
        Path run = box.newDirectory();
        Shell.sh("chown 1000 " + run + " && chmod 700 " + run);
        OciRuntime runtime = box.runtime().withRoot(null).as(new User("user", 1000, 1000, Path.of("/"), run));
        new Container(runtime, rootless(box), box.newId()).create().failsWith(
                "rootless needs no limits + no cgrouppath when no permission is granted for cgroups");
        new Container(runtime, rootless(box).set("/linux/cgroupsPath", "/" + box.newId()), box.newId()).create()
                .failsWith("unable to apply cgroup configuration: mkdir /sys/fs/cgroup/", ": EACCES");
        // Without limits it goes without.
        new Container(runtime, rootless(box).remove("/linux/resources").args("/bin/true"), box.newId()).run().ok();
    }

    @Test
    void aUsersScopeOfSystemdIsDelegatedEnough(Sandbox box) throws IOException {
        Needs.tool("as-user");
        Bundle bundle = rootless(box).sh("cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max").save();
        Shell.sh("chown 1000 " + bundle.dir() + "/config.json");
        String id = box.newId();
        Shell.Outcome outcome = Shell.attempt("as-user systemd-run --user --scope -q -p Delegate=yes "
                + box.runtime().executable() + " run --bundle " + bundle.dir() + " " + id);
        assertEquals("40960000\n20", outcome.output());
        assertEquals(0, outcome.exit());
        assertEquals("", Shell.sh("find /sys/fs/cgroup -name " + id));
    }
}
