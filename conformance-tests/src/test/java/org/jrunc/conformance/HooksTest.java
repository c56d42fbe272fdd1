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

/** The six kinds of hooks: when and where they run, what they get, and what their failure means. */
@ExtendWith(NothingLeftExtension.class)
class HooksTest {
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
    void aFailureOfPoststartStopsAllProcessesAlsoWithoutAPidNamespace(Sandbox box) {
        Bundle bundle = box.bundle().set("/ociVersion", "1.3.0").withoutNamespace("pid").sh("sleep 4321 & exec sleep 4321")
                .hook("poststart", "until pgrep -x -f 'sleep 4321' | grep -q .; do sleep 0.05; done; exit 1");
        try (Container container = box.container(bundle)) {
            container.create().ok();
            container.start().failsWith("error running poststart hook #0");
            assertEquals("stopped", container.status());
            Poll.until("its processes are gone", () -> Shell.attempt("pgrep -x -f 'sleep 4321'").exit() != 0);
        }
    }

    /** The container runs then, and nobody else would hear of it. */
    @Test
    void aSignalDuringPoststartDoesNotEndAForegroundRun(Sandbox box) {
        Path directory = box.newDirectory();
        Bundle bundle = box.bundle().sh("trap 'exit 7' TERM; while :; do sleep 0.1; done")
                .hook("poststart", "echo > " + directory + "/begun; sleep 1; echo > " + directory + "/done");
        try (Container container = box.container(bundle)) {
            Invocation.Running run = container.invocation("run").start();
            String term = "kill -TERM " + run.process().pid();
            Poll.until("the hook runs", () -> Files.exists(directory.resolve("begun")));
            Shell.sh(term);
            Poll.until("the hook is done", () -> Files.exists(directory.resolve("done")));
            Poll.until("a further signal reaches the container", () -> Shell.attempt(term).exit() != 0
                    || !run.process().isAlive());
            assertEquals(7, run.await(Duration.ofSeconds(20)).exit());
            container.state().failsWith("does not exist");
        }
    }

    /** It may have been on a disk that was taken away. */
    @Test
    void poststopRunsAlsoWhenTheBundleIsGone(Sandbox box) {
        Path ran = box.newDirectory().resolve("ran");
        try (Container container = box.container(box.bundle().idle().hook("poststop", "pwd > " + ran)).started()) {
            Path away = container.bundle().dir().resolveSibling("away");
            Shell.sh("mv " + container.bundle().dir() + " " + away);
            container.delete("--force").ok();
            assertEquals("/", Shell.sh("cat " + ran));
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
    void inheritTheCallersEnvironment(Sandbox box) {
        Path shared = box.newDirectory();
        Bundle bundle = withShared(box, shared).args("true").hook("createRuntime", "env >> " + shared + "/env");
        box.container(bundle).invocation("run").emptyEnvironment().run().ok();
        assertEquals(List.of(), variables(shared));
        box.container(bundle).invocation("run").emptyEnvironment().env("LC_ALL", "C").env("A", "b")
                .env("JAVA_TOOL_OPTIONS", "-Dnonsense").env("LD_BIND_NOW", "").run().ok();
        assertEquals(List.of("A=b", "LC_ALL=C"), variables(shared));
    }

    /** Less those that a shell sets. */
    private static List<String> variables(Path shared) {
        return read(shared.resolve("env")).lines()
                .filter(line -> !line.startsWith("PWD=") && !line.startsWith("SHLVL=") && !line.startsWith("_="))
                .filter(line -> !line.startsWith("OLDPWD=")).sorted().toList();
    }

    @Test
    void outputOfHooksIsNoOutputOfTheRuntime(Sandbox box) {
        Bundle bundle = box.bundle().sh("echo program").hook("prestart", "echo noise; echo noise >&2")
                .hook("poststart", "echo noise; echo noise >&2").hook("poststop", "echo noise");
        Result result = box.run(bundle).ok();
        assertEquals("program\n", result.out());
        assertEquals("", result.err());
    }

    /** Also of hooks that run as the container's user, or where the container's files are. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void crunsAnnotationsAppendTheirOutputToFilesOfTheHost(boolean ownUsers, Sandbox box) {
        Path host = box.newDirectory();
        // A directory of nobody's but root's, which the container does not have.
        Shell.sh("chmod 700 " + host);
        Bundle bundle = box.bundle().sh("echo program");
        if (ownUsers) {
            bundle.userNamespace(100_000, 65_536);
        }
        bundle.set("/annotations", Map.of("run.oci.hooks.stdout", host + "/out",
                "run.oci.hooks.stderr", host + "/err"));
        List<String> kinds = List.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart");
        kinds.forEach(kind -> bundle.hook(kind, "echo " + kind + "; echo not " + kind + " >&2"));
        try (Container container = box.container(bundle)) {
            container.create().ok().silent();
            container.start().ok().silent();
            container.awaitStopped();
            assertEquals("program\n", container.out());
        }
        // That of startContainer hooks is written while those of poststart may be.
        assertEquals(kinds.stream().sorted().toList(), read(host.resolve("out")).lines().sorted().toList());
        assertEquals(kinds.stream().map(kind -> "not " + kind).sorted().toList(),
                read(host.resolve("err")).lines().sorted().toList());
    }

    @Test
    void crunsAnnotationsMayNameTheCallersOwnOutput(Sandbox box) {
        Bundle bundle = box.bundle().sh("echo program").userNamespace(100_000, 65_536)
                .set("/annotations", Map.of("run.oci.hooks.stderr", "/dev/stderr"));
        List<String> kinds = List.of("createRuntime", "createContainer", "startContainer");
        kinds.forEach(kind -> bundle.hook(kind, "echo unheard; echo " + kind + " >&2"));
        Result result = box.run(bundle).ok();
        assertEquals("program\n", result.out());
        assertEquals(kinds, result.err().lines().toList());
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
