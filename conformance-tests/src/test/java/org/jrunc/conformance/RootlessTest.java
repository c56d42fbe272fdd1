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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The life of a container in the hands of a normal user: with the ranges of {@code /etc/subuid}, and without. */
@ExtendWith(NothingLeftExtension.class)
class RootlessTest {
    private static final String NAME = "jrunctest";

    private User user;
    private int subIds;

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.tool("newuidmap");
        Needs.tool("setpriv");
        Needs.tool("useradd");
        if (Shell.attempt("id " + NAME).exit() != 0) {
            Shell.sh("useradd --create-home --shell /bin/sh " + NAME);
        }
        for (String file : List.of("/etc/subuid", "/etc/subgid")) {
            Shell.sh("grep -q '^" + NAME + ":' " + file + " 2>/dev/null || echo '" + NAME + ":900000:65536' >> "
                    + file);
        }
    }

    @BeforeEach
    void login(Sandbox box) {
        int uid = Integer.parseInt(Shell.sh("id -u " + NAME));
        int gid = Integer.parseInt(Shell.sh("id -g " + NAME));
        subIds = Integer.parseInt(Shell.sh("grep '^" + NAME + ":' /etc/subuid | cut -d: -f2 | head -1"));
        Path runtimeDir = box.newDirectory();
        Shell.sh("chown " + uid + ":" + gid + " " + runtimeDir + " && chmod 700 " + runtimeDir);
        user = new User(NAME, uid, gid, Path.of("/home", NAME), runtimeDir);
        Result version = box.runtime().withRoot(null).as(user).command("--version").run();
        org.junit.jupiter.api.Assumptions.assumeTrue(version.exit() == 0,
                () -> "needs a runtime that user " + NAME + " may execute: " + version);
    }

    /** The runtime in the user's hands, with its default state directory. */
    private OciRuntime runtime(Sandbox box) {
        return box.runtime().withRoot(null).as(user);
    }

    private Container container(Sandbox box, Bundle bundle) {
        return new Container(runtime(box), bundle, box.newId());
    }

    /** What {@code spec --rootless} makes of a configuration: one id, the host's network, no cgroups. */
    private Bundle singleId(Sandbox box) {
        Bundle bundle = box.bundle().namespace("user").withoutNamespace("network").remove("/linux/resources")
                .set("/linux/uidMappings", List.of(map(0, user.uid(), 1)))
                .set("/linux/gidMappings", List.of(map(0, user.gid(), 1)))
                .withoutMount("/sys").withoutMount("/sys/fs/cgroup").withoutMount("/dev/pts")
                .mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620");
        bundle.bind(Path.of("/sys"), "/sys", "rbind", "nosuid", "noexec", "nodev", "ro");
        Shell.sh("chown -h " + user.uid() + ":" + user.gid() + " " + bundle.dir() + " " + bundle.rootfs() + " "
                + bundle.rootfs() + "/*");
        return bundle;
    }

    /** The same with the user's subordinate ids as ids from 1 on. */
    private Bundle manyIds(Sandbox box) {
        return singleId(box)
                .set("/linux/uidMappings", List.of(map(0, user.uid(), 1), map(1, subIds, 65535)))
                .set("/linux/gidMappings", List.of(map(0, user.gid(), 1), map(1, subIds, 65535)));
    }

    private static Map<String, Integer> map(int inside, int outside, int size) {
        return Map.of("containerID", inside, "hostID", outside, "size", size);
    }

    private void lifecycle(Sandbox box, Bundle bundle) {
        try (Container container = container(box, bundle)) {
            container.create().ok().silent();
            assertEquals("created", container.status());
            container.start().ok().silent();
            container.awaitOut("0\n");
            assertEquals("running", container.status());
            assertEquals("" + user.uid(), container.init().status("Uid").orElseThrow().split(" ")[0]);
            container.kill("KILL").ok().silent();
            container.awaitStopped();
            container.delete().ok().silent();
            container.state().failsWith("does not exist");
        }
    }

    @Test
    void theWholeLifecycleWithOneId(Sandbox box) {
        lifecycle(box, singleId(box).sh("id -u; sleep 1000"));
    }

    @Test
    void theWholeLifecycleWithSubordinateIds(Sandbox box) {
        lifecycle(box, manyIds(box).sh("id -u; sleep 1000"));
    }

    @Test
    void theWholeLifecycleWithATerminal(Sandbox box) {
        Bundle bundle = manyIds(box).set("/process/terminal", true).sh("tty; read line; echo got $line; sleep 1000");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = container(box, bundle)) {
            Shell.sh("chmod 666 " + console.path());
            container.create("--console-socket", console.path()).ok().silent();
            assertEquals("created", container.status());
            container.start().ok();
            console.await("/dev/pts/0");
            console.type("it\n");
            console.await("got it");
            container.kill("KILL").ok();
            container.awaitStopped();
            container.delete().ok();
        }
    }

    @Test
    void theStateIsInTheUsersRuntimeDirectory(Sandbox box) throws IOException {
        try (Container container = container(box, singleId(box).idle())) {
            container.create().ok();
            String name = box.runtime().kind().name().toLowerCase();
            Path root = user.runtimeDir().resolve(name);
            assertTrue(Files.isDirectory(root.resolve(container.id())), root::toString);
            assertEquals("1700", Shell.sh("stat -c %a " + root));
            assertTrue(runtime(box).command("list", "-q").run().ok().out().contains(container.id()));
            assertEquals("jrunctest", Bundle.JSON.readTree(runtime(box).command("list", "-f", "json").run().ok().out())
                    .at("/0/owner").asString());
        }
    }

    @Test
    void oneIdMeansNoOtherGroups(Sandbox box) {
        Result result = container(box, singleId(box).sh("cat /proc/self/setgroups; tr -s ' ' < /proc/self/uid_map; "
                + "stat -c %u /bin/busybox")).run().ok();
        assertEquals("deny\n 0 " + user.uid() + " 1\n65534\n", result.out());
    }

    @Test
    void subordinateIdsAreMappedByTheSetuidHelpers(Sandbox box) {
        Bundle bundle = manyIds(box).allCapabilities()
                .sh("tr -s ' ' < /proc/self/uid_map; tr -s ' ' < /proc/self/gid_map;"
                        + " touch /x && chown 5:6 /x && echo chowned");
        Result result = container(box, bundle).run().ok();
        String second = " 1 " + subIds + " 65535\n";
        assertEquals(" 0 " + user.uid() + " 1\n" + second + " 0 " + user.gid() + " 1\n" + second + "chowned\n",
                result.out());
        assertEquals((subIds + 4) + ":" + (subIds + 5), Shell.sh("stat -c %u:%g " + bundle.rootfs() + "/x"));
    }

    @Test
    void anotherUserOfTheContainerIsASubordinateId(Sandbox box) {
        Bundle bundle = manyIds(box).set("/process/user", Map.of("uid", 1000, "gid", 1000))
                .sh("id -u; id -g; sleep 1000");
        try (Container container = container(box, bundle).started()) {
            container.awaitOut("1000\n1000\n");
            assertEquals("" + (subIds + 999), container.init().status("Uid").orElseThrow().split(" ")[0]);
        }
    }

    @Test
    void idsTheUserDoesNotOwnAreRefused(Sandbox box) {
        Bundle bundle = singleId(box)
                .set("/linux/uidMappings", List.of(map(0, user.uid(), 1), map(1, 0, 1)));
        Container container = container(box, bundle);
        Result result = container.create().exits(1);
        assertFalse(Files.exists(user.runtimeDir().resolve("jrunc").resolve(container.id())));
        assertEquals(1, result.errLines().size(), result::toString);
        assertTrue(result.err().contains("newuidmap"), result::toString);
    }

    @Test
    void aNetworkOfItsOwnHasLoopbackUp(Sandbox box) {
        Bundle bundle = singleId(box).namespace("network").sh("ip -o link show lo");
        assertTrue(container(box, bundle).run().ok().out().contains("LOOPBACK,UP"));
    }

    @Test
    void runGivesTheExitCodeAndForwardsStreams(Sandbox box) {
        Container container = container(box, singleId(box).sh("cat; exit 7"));
        assertEquals("typed", container.invocation("run").stdin("typed").run().exits(7).out());
    }

    @Test
    void execIsInTheContainerOfTheUser(Sandbox box) {
        for (Bundle bundle : List.of(singleId(box).idle(), manyIds(box).idle())) {
            try (Container container = container(box, bundle).started()) {
                assertEquals("0\ntyped", container.execWith(List.of(), "sh", "-c", "id -u; cat").stdin("typed").run()
                        .ok().out());
                assertEquals(container.init().link("ns/user").orElseThrow() + "\n",
                        container.execSh("readlink /proc/self/ns/user"));
                container.exec("sh", "-c", "exit 9").exits(9).silent();
                container.execWith(List.of("-d", "-u", "0:0"), "sleep", "1000").run().ok().silent();
                assertTrue(container.execSh("ps").contains("sleep 1000"));
                assertTrue(container.exec("missing").exits(255).err().contains("executable file not found in $PATH"));
            }
        }
    }

    @Test
    void execAsAnotherUserIsASubordinateId(Sandbox box) {
        try (Container container = container(box, manyIds(box).idle()).started()) {
            assertEquals("7 8 50\n", container.execWith(List.of("-u", "7:8", "-g", "50"), "sh", "-c",
                    "echo $(id -u) $(id -G)").run().ok().out());
        }
        try (Container container = container(box, singleId(box).idle()).started()) {
            assertTrue(container.execWith(List.of("-u", "7"), "true").run().exits(255).err()
                    .contains("unmapped uid 7"));
        }
    }

    @Test
    void specForARootlessBundleRuns(Sandbox box) throws IOException {
        Bundle bundle = singleId(box);
        runtime(box).command("spec", "--rootless").cwd(bundle.dir()).run().ok();
        Path file = bundle.dir().resolve("config.json");
        Files.writeString(file, Files.readString(file).replace("\"terminal\": true", "\"terminal\": false"));
        Result result = runtime(box).command("run", "--bundle", bundle.dir().toString(), box.newId())
                .stdin("id -u; echo $$").run().ok();
        assertEquals("0\n1\n", result.out());
    }

    @Test
    void aRuntimeDirectoryThatIsNotTheUsersIsNamed(Sandbox box) {
        User stranger = new User(NAME, user.uid(), user.gid(), user.home(), box.newDirectory());
        Container container = new Container(box.runtime().withRoot(null).as(stranger), singleId(box), box.newId());
        container.create().failsWith("XDG_RUNTIME_DIR", "must be writable by the user", "EACCES");
    }
}
