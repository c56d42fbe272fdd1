package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The six kinds of hooks: when and where they run, what they get, and what their failure means. */
@ExtendWith(NothingLeftExtension.class)
class HooksTest {
    private static final List<String> KINDS =
            List.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop");

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** A bundle with a directory that has the same path inside and outside, for hooks to write to. */
    private static Bundle withShared(Sandbox box, Path shared) {
        return box.bundle().bind(shared, shared.toString(), "rw");
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void runInTheirOrderAtTheirTime(Sandbox box) throws IOException {
        Path shared = box.newDirectory();
        Path record = shared.resolve("record");
        Bundle bundle = withShared(box, shared).sh("echo program >> " + record + "; sleep 1000");
        for (String kind : KINDS) {
            bundle.hook(kind, "echo " + kind + " 0 >> " + record).hook(kind, "echo " + kind + " 1 >> " + record);
        }
        try (Container container = box.container(bundle)) {
            container.create().ok().silent();
            assertEquals(List.of("prestart 0", "prestart 1", "createRuntime 0", "createRuntime 1", "createContainer 0",
                    "createContainer 1"), Files.readAllLines(record));
            container.start().ok().silent();
            Poll.until("the program and the hooks have run", () -> read(record).lines().count() == 11);
            List<String> lines = Files.readAllLines(record);
            assertEquals(List.of("startContainer 0", "startContainer 1"), lines.subList(6, 8));
            assertEquals(List.of("poststart 0", "poststart 1", "program"), lines.subList(8, 11).stream().sorted()
                    .toList());
            container.kill("KILL").ok();
            container.awaitStopped();
            assertEquals(11, read(record).lines().count());
            container.delete().ok().silent();
            assertEquals(List.of("poststop 0", "poststop 1"), Files.readAllLines(record).subList(11, 13));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"})
    void runOnEveryCpu(String kind, Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = withShared(box, shared).idle()
                .hook(kind, "grep Cpus_allowed_list /proc/self/status > " + shared + "/cpus");
        try (Container container = box.container(bundle)) {
            container.create().ok();
            container.start().ok();
            container.delete("--force").ok();
        }
        assertEquals(Shell.sh("grep Cpus_allowed_list /proc/self/status") + "\n", read(shared.resolve("cpus")));
    }

    @ParameterizedTest
    @CsvSource({"prestart, creating", "createRuntime, creating", "createContainer, creating", "startContainer, created",
            "poststart, running", "poststop, stopped"})
    void getTheStateOnStandardInput(String kind, String status, Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = withShared(box, shared).idle().set("/annotations", Map.of("a/b", "c"))
                .hook(kind, "cat > " + shared + "/state");
        long pid;
        Container container = box.container(bundle);
        try (container) {
            container.started();
            pid = container.init().pid();
        }
        JsonNode state = Bundle.JSON.readTree(read(shared.resolve("state")));
        assertEquals(container.id(), state.path("id").asString());
        assertEquals(status, state.path("status").asString());
        assertEquals(bundle.dir().toString(), state.path("bundle").asString());
        assertEquals("c", state.at("/annotations/a~1b").asString());
        assertTrue(state.path("ociVersion").asString().startsWith("1."));
        switch (kind) {
            case "createContainer", "startContainer" -> assertEquals(1, state.path("pid").asLong());
            case "poststop" -> assertEquals(0, state.path("pid").asLong(0));
            default -> assertEquals(pid, state.path("pid").asLong());
        }
        assertFalse(read(shared.resolve("state")).contains("\\/"), "slashes are not escaped");
    }

    @ParameterizedTest
    @CsvSource({"prestart, false", "createRuntime, false", "createContainer, true", "startContainer, true",
            "poststart, false", "poststop, false"})
    void runInTheirNamespaces(String kind, boolean inside, Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = withShared(box, shared).idle().hook(kind,
                "for n in mnt uts net ipc; do readlink /proc/self/ns/$n; done > " + shared + "/ns");
        String expected = "";
        try (Container container = box.container(bundle).started()) {
            for (String type : List.of("mount", "uts", "network", "ipc")) {
                expected += (inside ? Namespaces.of(container.init().pid(), type) : Namespaces.ofHost(type)) + "\n";
            }
        }
        assertEquals(expected, read(shared.resolve("ns")));
    }

    @ParameterizedTest
    @CsvSource({"prestart, false", "createRuntime, false", "createContainer, false", "startContainer, true",
            "poststart, false",
            "poststop, false"})
    void resolveTheirPathInTheRuntimesOrTheContainersRoot(String kind, boolean insideRoot, Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = withShared(box, shared).idle();
        bundle.script("/opt/hook", "#!/bin/sh\necho container > " + shared + "/who\n");
        bundle.add("/hooks/" + kind, Map.of("path", insideRoot ? "/opt/hook" : bundle.rootfs() + "/opt/hook"));
        if (!insideRoot) {
            // The interpreter is the host's.
            bundle.script("/opt/hook", "#!/bin/bash\necho host > " + shared + "/who\n");
        }
        try (Container container = box.container(bundle).started()) {
            assertEquals("running", container.status());
        }
        assertEquals(insideRoot ? "container\n" : "host\n", read(shared.resolve("who")));
    }

    @Test
    void seeTheMountsOfTheContainerBeforeThePivot(Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = withShared(box, shared).idle().mount("/mnt", "tmpfs", "hooktest")
                .hook("createContainer", "grep -c ' hooktest ' /proc/self/mountinfo > " + shared
                + "/inside; ls -1 / > " + shared + "/root")
                .hook("createRuntime", "grep -c ' hooktest ' /proc/self/mountinfo > " + shared + "/outside; true");
        try (Container container = box.container(bundle)) {
            container.create().ok();
        }
        assertEquals("1\n", read(shared.resolve("inside")));
        assertEquals("0\n", read(shared.resolve("outside")));
        assertEquals(Shell.sh("ls -1 /") + "\n", read(shared.resolve("root")), "not pivoted yet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"})
    void getTheirArgumentsAndEnvironmentAsTheyAre(String kind, Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = withShared(box, shared).idle();
        // Inside, the shell is busybox, which goes by its own name.
        String name = kind.equals("startContainer") ? "sh" : "not-sh";
        bundle.add("/hooks/" + kind, Map.of("path", "/bin/sh",
                "args", List.of(name, "-c", "read -r line < /proc/self/cmdline; echo \"$line\" > " + shared
                + "/name; printf '%s|' \"$0\""
                        + " \"$@\" > " + shared + "/args; env > " + shared + "/env", "an argument", "", "*"),
                "env", List.of("PATH=/bin:/usr/bin", "ONE=1 1", "TWO=")));
        try (Container container = box.container(bundle).started()) {
            assertEquals("running", container.status());
        }
        assertTrue(read(shared.resolve("name")).startsWith(name), read(shared.resolve("name")));
        assertEquals("an argument||*|", read(shared.resolve("args")));
        List<String> env = read(shared.resolve("env")).lines().filter(l -> !l.matches("(PWD|SHLVL|_|OLDPWD)=.*"))
                .toList();
        assertEquals(List.of("ONE=1 1", "PATH=/bin:/usr/bin", "TWO="), env.stream().sorted().toList());
    }

    @ParameterizedTest
    @CsvSource({"prestart", "createRuntime", "createContainer"})
    void aFailureStopsTheCreation(String kind, Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = withShared(box, shared).idle().hook(kind, "exit 0")
                .hook(kind, "echo to stdout; echo to stderr >&2; exit 3")
                .hook(kind, "echo third > " + shared + "/third")
                .hook("poststop", "echo poststop > " + shared + "/poststop");
        Container container = box.container(bundle);
        BadInputTest.assertRefused(container, container.create(), "error running " + kind + " hook #1", "exit status 3",
                "to stderr");
        assertFalse(Files.exists(shared.resolve("third")));
        assertTrue(Files.exists(shared.resolve("poststop")), "the container is destroyed as runtime.md step 12 says");
        container.state().failsWith("does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prestart", "createRuntime", "createContainer"})
    void aTimeoutStopsTheCreation(String kind, Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = withShared(box, shared).idle().add("/hooks/" + kind,
                Map.of("path", "/bin/sh", "args", List.of("sh", "-c", "exec sleep 3600"), "timeout", 1));
        Container container = box.container(bundle);
        Result result = container.create();
        BadInputTest.assertRefused(container, result, "hook ran past specified timeout of 1.0s");
        assertTrue(result.took().compareTo(Duration.ofSeconds(4)) < 0, result::toString);
    }

    @Test
    void aFailureOfStartContainerEndsTheContainer(Sandbox box) {
        Bundle bundle = box.bundle().sh("echo must not run").hook("startContainer", "exit 1");
        try (Container container = box.container(bundle)) {
            container.create().ok();
            container.start();
            container.awaitStopped();
            assertFalse(container.out().contains("must not run"));
        }
        Result run = box.run(box.bundle().sh("echo must not run").hook("startContainer", "exit 1"));
        assertTrue(run.exit() != 0 && !run.out().contains("must not run"), run::toString);
        assertTrue(run.err().contains("error running startContainer hook #0"), run::toString);
    }

    /** Since version 1.3 of the specification. */
    @Test
    void aFailureOfPoststartIsAnErrorOfStartAndStopsTheContainer(Sandbox box) {
        Bundle bundle = box.bundle().set("/ociVersion", "1.3.0").idle().hook("poststart", "exit 1");
        try (Container container = box.container(bundle)) {
            container.create().ok();
            container.start().failsWith("error running poststart hook #0");
            Poll.until("it is stopped or gone", () -> container.state().exit() != 0 || container.status()
                    .equals("stopped"));
        }
    }

    @Test
    void beforeVersion13AFailureOfPoststartIsAWarningAndTheOthersRun(Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = box.bundle().set("/ociVersion", "1.2.1").idle().hook("poststart", "exit 1")
                .hook("poststart", "echo second > " + shared + "/second");
        try (Container container = box.loggedContainer(bundle)) {
            container.create().ok();
            assertEquals("", container.start().ok().err());
            assertWarns(box, "error running poststart hook #0");
            assertEquals("second\n", read(shared.resolve("second")));
            assertEquals("running", container.status());
        }
    }

    private static void assertWarns(Sandbox box, String text) {
        assertEquals(1, box.warnings().stream().filter(l -> l.contains(text)).count(), box.warnings()::toString);
    }

    @Test
    void aFailureOfPoststopIsAWarningAndTheOthersRun(Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = box.bundle().args("true").hook("poststop", "exit 1")
                .hook("poststop", "echo second > " + shared + "/second");
        try (Container container = box.loggedContainer(bundle).started()) {
            container.awaitStopped();
            assertEquals("", container.delete().ok().err());
            assertWarns(box, "error running poststop hook #0");
            assertEquals("second\n", read(shared.resolve("second")));
            container.state().failsWith("does not exist");
        }
    }

    @Test
    void outputOfHooksIsNoOutputOfTheRuntime(Sandbox box) {
        Bundle bundle = box.bundle().sh("echo program").hook("prestart", "echo noise; echo noise >&2")
                .hook("poststart", "echo noise; echo noise >&2").hook("poststop", "echo noise");
        Result result = box.run(bundle).ok();
        assertEquals("program\n", result.out());
        assertEquals("", result.err());
    }

    @Test
    void aHookMayBringANetworkDevice(Sandbox box) {
        String device = Sandbox.MARK.replace("-", "") + "h";
        Bundle bundle = box.bundle().sh("ip -o link show " + device + " | grep -o LOWER_UP")
                .hook("createRuntime", "pid=$(sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/'); ip link add " + device
                        + " type veth peer name " + device + "p && ip link set " + device
                        + " netns $pid && ip link set " + device
                        + "p netns $pid && nsenter -t $pid -n sh -c 'ip link set " + device + " up; ip link set "
                        + device + "p up'");
        assertEquals("LOWER_UP\n", box.run(bundle).ok().out());
    }
}
