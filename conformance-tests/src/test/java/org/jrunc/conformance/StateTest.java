package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What {@code state} and {@code list} print: tools read it field by field and engines compare it as text. */
@ExtendWith(NothingLeftExtension.class)
class StateTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void stateHasItsFieldsInTheirOrderWithoutANewlineAtTheEnd(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/annotations", Map.of("org.example.key", "a <value> & \"more\""));
        try (Container container = box.container(bundle)) {
            Instant before = Instant.now().minus(Duration.ofSeconds(1));
            container.create().ok();
            JsonNode state = container.stateJson();
            assertEquals(List.of("ociVersion", "id", "pid", "status", "bundle", "rootfs", "created", "annotations",
                    "owner"), List.copyOf(state.propertyNames()));
            assertEquals(container.id(), state.path("id").asString());
            assertEquals(bundle.dir().toString(), state.path("bundle").asString());
            assertEquals(bundle.rootfs().toString(), state.path("rootfs").asString());
            assertEquals("a <value> & \"more\"", state.at("/annotations/org.example.key").asString());
            assertEquals(1, state.path("annotations").size());
            assertEquals("", state.path("owner").asString("no string"));
            String created = state.path("created").asString();
            assertTrue(created.endsWith("Z"), created);
            assertTrue(Instant.parse(created).isAfter(before) && Instant.parse(created).isBefore(Instant.now()),
                    created);
            List<String> lines = container.state().outLines();
            assertEquals("{", lines.getFirst());
            assertTrue(lines.get(1).startsWith("  \"ociVersion\": \""), lines.get(1));
            assertTrue(container.state().out().endsWith("\n}"));
        }
    }

    /** The keys that tools other than runc read from its file, with the values that it writes for the same bundle. */
    @Test
    void theFileHasTheKeysOfRuncsForOtherTools(Sandbox box) throws IOException {
        Path runc = Path.of("/usr/sbin/runc");
        Needs.file(runc.toString());
        Bundle bundle = box.bundle().idle().allCapabilities().set("/annotations", Map.of("org.example.key", "a=b"))
                .set("/root/readonly", true).set("/hostname", "here").set("/process/noNewPrivileges", true);
        String id = box.newId();
        JsonNode theirs = file(new Container(box.runtime(runc), bundle, id));
        JsonNode ours = file(new Container(box.runtime(), bundle, id));
        for (String key : List.of("/id", "/rootless", "/cgroup_paths", "/intel_rdt_path", "/config/rootfs",
                "/config/readonlyfs", "/config/hostname", "/config/namespaces", "/config/no_new_privileges",
                "/config/capabilities/Bounding", "/config/capabilities/Effective", "/config/capabilities/Permitted",
                "/config/cgroups/path", "/config/cgroups/Systemd",
                "/config/cgroups/Rootless", "/config/labels")) {
            assertFalse(theirs.at(key).isMissingNode(), key);
            assertEquals(theirs.at(key), ours.at(key), key);
        }
        // jrunc knows one kind more.
        theirs.path("namespace_paths").propertyNames().forEach(name -> assertEquals(
                "/proc/" + ours.path("init_process_pid").asLong() + "/"
                        + theirs.at("/namespace_paths/" + name).asString().split("/", 4)[3],
                ours.at("/namespace_paths/" + name).asString()));
        assertTrue(ours.path("init_process_start").asLong() >= theirs.path("init_process_start").asLong());
        assertTrue(Instant.parse(ours.path("created").asString())
                .isAfter(Instant.parse(theirs.path("created").asString())));
        List<String> keys = List.of("source", "destination", "device");
        assertEquals(mounts(theirs, keys), mounts(ours, keys));
    }

    private static List<String> mounts(JsonNode file, List<String> keys) {
        return file.at("/config/mounts").valueStream()
                .map(mount -> keys.stream().map(key -> mount.path(key).asString()).toList().toString()).toList();
    }

    private static JsonNode file(Container container) throws IOException {
        try (container) {
            container.create().ok();
            return Bundle.JSON.readTree(Files.readString(container.stateDirectory().resolve("state.json")));
        }
    }

    @Test
    void aContainerOfAnotherRuntimeIsLeftAlone(Sandbox box) throws IOException {
        Path directory = Files.createDirectories(box.runtime().root().resolve("theirs"));
        Files.writeString(directory.resolve("state.json"), "{\"id\": \"theirs\", \"init_process_pid\": 1}");
        for (List<String> command : List.of(List.of("state", "theirs"), List.of("start", "theirs"),
                List.of("kill", "theirs"), List.of("delete", "theirs"), List.of("delete", "--force", "theirs"))) {
            box.runtime().command(command.toArray(String[]::new)).run()
                    .failsWith("can not read the state of container theirs", "--root");
        }
        Files.delete(directory.resolve("state.json"));
        Files.delete(directory);
    }

    @Test
    void theVersionIsTheRuntimesAndNotTheConfigurations(Sandbox box) {
        try (Container container = box.container(box.bundle().idle().set("/ociVersion", "1.0.1"))) {
            container.create().ok();
            assertEquals("1.3.0", container.stateJson().path("ociVersion").asString());
        }
    }

    @Test
    void annotationsAreLeftOutWhenThereAreNone(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            assertFalse(container.stateJson().has("annotations"));
        }
    }

    @Test
    void theStateDirectoryIsForItsOwnerOnly(Sandbox box) throws IOException {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            assertEquals("rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(box.runtime().root())));
        }
    }

    @Test
    void listShowsATableOfAllContainers(Sandbox box) {
        try (Container first = box.container(box.bundle().idle()); Container second = box.container(box.bundle()
                .idle())) {
            first.create().ok();
            second.started();
            Result list = box.runtime().command("list").run().ok();
            assertLinesMatch(List.of("ID +PID +STATUS +BUNDLE +CREATED +OWNER *",
                    first.id() + " +" + first.init().pid() + " +created +" + first.bundle().dir() + " +20\\S+Z +root *",
                    second.id() + " +" + second.init().pid() + " +running +" + second.bundle().dir()
                            + " +20\\S+Z +root *"), list.outLines());
            assertEquals("", list.err());
        }
    }

    @Test
    void theColumnsOfTheTableAreAligned(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            List<String> lines = box.runtime().command("list").run().ok().outLines();
            for (String column : List.of("PID", "STATUS", "BUNDLE", "CREATED", "OWNER")) {
                int at = lines.get(0).indexOf(column);
                assertTrue(lines.get(1).charAt(at - 1) == ' ' && lines.get(1).charAt(at) != ' ', lines::toString);
            }
        }
    }

    @Test
    void listAsJsonIsOneLineAndNamesTheOwner(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            Result list = box.runtime().command("list", "--format", "json").run().ok();
            assertEquals(1, list.outLines().size());
            JsonNode all = Bundle.JSON.readTree(list.out());
            assertEquals(1, all.size());
            JsonNode only = all.get(0);
            assertEquals(List.of("ociVersion", "id", "pid", "status", "bundle", "rootfs", "created", "owner"),
                    List.copyOf(only.propertyNames()));
            assertEquals("root", only.path("owner").asString());
            assertEquals(container.id(), only.path("id").asString());
            assertTrue(list.out().startsWith("[{\"ociVersion\":\""), list.out());
        }
    }

    @Test
    void quietListShowsIdsOnly(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            assertEquals(container.id() + "\n", box.runtime().command("list", "--quiet").run().ok().out());
            assertEquals(container.id() + "\n", box.runtime().command("list", "-q").run().ok().out());
        }
    }

    @Test
    void anEmptyListIsNullInJsonAndAHeaderInATable(Sandbox box) throws IOException {
        Files.createDirectory(box.runtime().root());
        assertEquals("null", box.runtime().command("list", "-f", "json").run().ok().out().strip());
        assertLinesMatch(List.of("ID +PID +STATUS +BUNDLE +CREATED +OWNER *"),
                box.runtime().command("list").run().ok().outLines());
        assertEquals("", box.runtime().command("list", "-q").run().ok().out());
    }

    @Test
    void aRootThatIsNotThereIsAnErrorOfListOnlyWhenItWasGiven(Sandbox box) {
        box.runtime().command("list").run().failsWith("--root", "it does not exist");
        Path runtimeDir = box.newDirectory();
        box.runtime().withRoot(null).command("list", "-q").env("XDG_RUNTIME_DIR", runtimeDir.toString()).run().ok();
    }

    /** An engine that hears that a container does not exist takes it for removed. */
    @Test
    void whatMayNotBeLookedAtIsNotTakenForMissing(Sandbox box) throws IOException {
        Needs.tool("setpriv");
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            Path root = box.runtime().root();
            for (String command : List.of("state", "kill", "delete", "delete -f", "list")) {
                String words = command.equals("list") ? command : command + " " + container.id();
                Result result = asNobody(box.runtime().command(words.split(" "))).failsWith(root.toString(),
                        "access denied (EACCES)", "--root");
                assertFalse(result.err().contains("does not exist"), result::toString);
                assertEquals("", result.out());
            }
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
            asNobody(container.runtime().command("state", container.id())).failsWith("access denied (EACCES)");
            assertLeftOut(container);
            // Names can be read, what they are can not.
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr--r--"));
            assertLeftOut(container);
            container.state().ok();
        }
    }

    private static void assertLeftOut(Container container) {
        Result list = asNobody(container.runtime().command("list", "-q")).ok();
        assertEquals("", list.out());
        assertLinesMatch(List.of("load container " + container.id() + ": .*access denied \\(EACCES\\).*"),
                list.errLines());
    }

    @Test
    void aDefaultRootThatMayNotBeReadIsNoEmptyList(Sandbox box) throws IOException {
        Needs.tool("setpriv");
        Path runtimeDir = box.newDirectory();
        Files.createDirectory(runtimeDir.resolve("jrunc"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        asNobody(box.runtime().withRoot(null).command("list").env("XDG_RUNTIME_DIR", runtimeDir.toString()))
                .failsWith("can not list the containers in " + runtimeDir + "/jrunc", "access denied (EACCES)");
    }

    private static Result asNobody(Invocation command) {
        return command.prefixedWith("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all")
                .run();
    }

    @Test
    void anUnknownFormatOfListIsRefused(Sandbox box) throws IOException {
        Files.createDirectory(box.runtime().root());
        box.runtime().command("list", "--format", "yaml").run().failsWith("invalid format option");
    }

    @Test
    void listGoesOnWhenAContainerIsBroken(Sandbox box) throws IOException {
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            Path broken = Files.createDirectory(box.runtime().root().resolve("broken"));
            Files.writeString(broken.resolve("state.json"), "{ broken");
            Result list = box.runtime().command("list", "-q").run().ok();
            assertEquals(container.id() + "\n", list.out());
            Files.delete(broken.resolve("state.json"));
            Files.delete(broken);
        }
    }
}
