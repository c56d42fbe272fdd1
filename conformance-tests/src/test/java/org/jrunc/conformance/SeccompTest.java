package org.jrunc.conformance;

import static org.jrunc.conformance.BadInputTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** System call filters, seen from inside the container. */
@ExtendWith(NothingLeftExtension.class)
class SeccompTest {
    private static final String ALLOW = "SCMP_ACT_ALLOW";

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private static Map<String, Object> rule(String action, String... names) {
        return Map.of("names", names, "action", action);
    }

    private static Bundle with(Bundle bundle, String defaultAction, Object... rules) {
        return bundle.set("/linux/seccomp/defaultAction", defaultAction).set("/linux/seccomp/syscalls", rules);
    }

    /** The profile that Docker gives every container. */
    private static Bundle docker(Bundle bundle) {
        Path config = Path.of(System.getProperty("basedir", "."))
                .resolve("../oci-spec/src/test/resources/bundles/docker-limits/config.json");
        try {
            return bundle.set("/linux/seccomp", Bundle.JSON.readTree(Files.readString(config)).at("/linux/seccomp"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Bundle withSyscalls(Bundle bundle) throws IOException {
        Path program = bundle.rootfs().resolve("bin/syscalls");
        Files.copy(CHelper.build("syscalls"), program);
        return bundle;
    }

    @Test
    void anUnknownCallIsLeftOutUnlessCrunsAnnotationForbidsIt(Sandbox box) {
        Needs.jrunc(box, "runc has no such annotation, crun other words");
        Bundle bundle = with(box.bundle(), "SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", "time_travel")).args("true");
        box.run(bundle).ok();
        box.run(bundle.set("/annotations", Map.of("run.oci.seccomp_fail_unknown_syscall", "1")))
                .failsWith("/linux/seccomp/syscalls/0", "unknown system call", "time_travel");
    }

    @ParameterizedTest
    @CsvSource({"0, false", "0, true", "1000, false", "1000, true"})
    void dockersProfileIsInForce(int uid, boolean noNewPrivileges, Sandbox box) throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "has numbers of x86_64");
        // A name that was never there before: no cache has a filter of this profile.
        String unknown = "call_" + UUID.randomUUID();
        Bundle bundle = withSyscalls(docker(box.bundle())).set("/process/user/uid", uid).set("/process/user/gid", uid)
                .add("/linux/seccomp/syscalls", rule(ALLOW, unknown))
                .set("/process/noNewPrivileges", noNewPrivileges)
                // add_key and unshare are denied; no call has the number 5000; getpid is allowed.
                .sh("grep -E '^(Seccomp|NoNewPrivs|CapPrm|CapEff):' /proc/self/status; syscalls 248 272 5000 39");
        for (String cache : List.of("cold", "warm")) {
            Path log = box.dir().resolve(cache);
            List<String> lines = debugged(box, bundle, log).ok().outLines();
            if (box.runtime().kind() == OciRuntime.Kind.JRUNC) {
                boolean compiled = Files.readString(log).contains("knows no system call " + unknown);
                assertEquals(cache.equals("cold"), compiled, cache);
            }
            assertTrue(lines.contains("Seccomp:\t2"), cache + lines);
            assertTrue(lines.contains("NoNewPrivs:\t" + (noNewPrivileges ? 1 : 0)), cache + lines);
            assertEquals(List.of("248 1", "272 1", "5000 38", "39 0"), lines.subList(lines.size() - 4, lines.size()));
        }
        // The runtime keeps a capability to load the filter; the container must not get it.
        Bundle plain = box.bundle().set("/process/user/uid", uid).set("/process/user/gid", uid)
                .set("/process/noNewPrivileges", noNewPrivileges).sh("grep '^Cap' /proc/self/status");
        String capabilities = box.run(plain).ok().out();
        assertEquals(capabilities, box.run(docker(plain)).ok().out());
    }

    @Test
    void eachProcessOfTheContainerHasIt(Sandbox box) {
        Bundle bundle = docker(box.bundle()).idle();
        try (Container container = box.container(bundle).started()) {
            assertEquals("2", container.init().status("Seccomp").orElseThrow());
        }
    }

    @ParameterizedTest
    @CsvSource({"SCMP_ACT_ERRNO, 1, Operation not permitted", "SCMP_ACT_KILL, 159, Bad system call",
            "SCMP_ACT_KILL_PROCESS, 159, Bad system call", "SCMP_ACT_TRAP, 159, Bad system call",
            "SCMP_ACT_TRACE, 1, Function not implemented", "SCMP_ACT_LOG, 0, ''"})
    void actionsDoWhatTheySay(String action, int exit, String message, Sandbox box) {
        Bundle bundle = with(box.bundle(), ALLOW, rule(action, "mkdir", "mkdirat"))
                .sh("mkdir /tmp/made; code=$?; exit $code");
        Result result = box.run(bundle);
        assertEquals(exit, result.exit(), result::toString);
        assertTrue(result.err().contains(message), result::toString);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"-, 4", "'', 0", "LOG, 2", "SPEC_ALLOW, 4", "TSYNC, 0", "LOG SPEC_ALLOW, 6",
            "LOG TSYNC SPEC_ALLOW, 6"})
    void flagsAreThoseOfTheProfile(String flags, int expected, Sandbox box) throws IOException {
        Bundle bundle = with(box.bundle(), ALLOW, rule("SCMP_ACT_ERRNO", "mkdir")).args("true");
        if (flags != null) {
            bundle.set("/linux/seccomp/flags", List.of(flags.split(" ")).stream().filter(f -> !f.isEmpty())
                    .map(f -> "SECCOMP_FILTER_FLAG_" + f).toList());
        }
        Path log = box.dir().resolve("log");
        debugged(box, bundle, log).ok();
        assertTrue(Files.readString(log).contains("\"seccomp filter flags: " + expected + "\""));
    }

    private static Result debugged(Sandbox box, Bundle bundle, Path log) {
        Container container = box.container(bundle);
        bundle.save();
        return box.runtime().command("--debug", "--log", log.toString(), "run", "--bundle", bundle.dir().toString(),
                container.id()).run();
    }

    @Test
    void anEmptyProfileIsNone(Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/seccomp", Map.of("defaultAction", "")).sh(
                "grep Seccomp: /proc/self/status");
        assertEquals("Seccomp:\t0", box.run(bundle).ok().out().strip());
    }

    @Test
    void startContainerHooksRunUnderIt(Sandbox box) {
        Bundle bundle = with(box.bundle(), ALLOW, rule("SCMP_ACT_KILL", "mkdir", "mkdirat")).args("true");
        bundle.add("/hooks/startContainer", Map.of("path", "/bin/mkdir", "args", List.of("mkdir", "/tmp/made")));
        box.run(bundle).failsWith("error running startContainer hook", "bad system call");
        assertFalse(Files.exists(bundle.rootfs().resolve("tmp/made")));
    }

    @Test
    void aFilterThatDeniesExecveFailsTheStart(Sandbox box) {
        Bundle bundle = with(box.bundle(), ALLOW, rule("SCMP_ACT_ERRNO", "execve")).args("true");
        try (Container container = box.container(bundle)) {
            container.create().ok();
            container.start().failsWith("exec ", "EPERM");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aListenerDecides(boolean noNewPrivileges, Sandbox box) throws Exception {
        Path socket = box.dir().resolve("agent.sock");
        Path said = box.dir().resolve("agent.out");
        Process agent = new ProcessBuilder(CHelper.build("seccompagent").toString(), socket.toString())
                .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        try {
            Poll.until("the agent listens", () -> Files.exists(socket));
            Bundle bundle = with(box.bundle(), ALLOW, rule("SCMP_ACT_NOTIFY", "mkdir", "mkdirat", "close", "execve"))
                    .set("/linux/seccomp/listenerPath", socket.toString())
                    .set("/linux/seccomp/listenerMetadata", "for the agent")
                    .set("/process/noNewPrivileges", noNewPrivileges).set("/process/user/uid", 1000)
                    .sh("mkdir /tmp/made; grep Seccomp: /proc/self/status");
            Container container = box.container(bundle);
            Result result = container.run();
            assertTrue(result.err().contains("No anode"), result::toString);
            assertTrue(result.out().contains("Seccomp:\t2"), result::toString);
            JsonNode state = Bundle.JSON.readTree(Files.readAllLines(said).get(1));
            assertEquals("seccompFd", state.at("/fds/0").asString());
            assertEquals("for the agent", state.path("metadata").asString());
            assertEquals(container.id(), state.at("/state/id").asString());
            assertEquals("creating", state.at("/state/status").asString());
            assertEquals(state.path("pid").asLong(), state.at("/state/pid").asLong());
        } finally {
            agent.destroyForcibly().waitFor();
        }
    }

    @Test
    void badProfiles(Sandbox box) {
        refused(box, with(box.bundle(), "SCMP_ACT_NOPE"), "/linux/seccomp/defaultAction", "SCMP_ACT_NOPE");
        refused(box, with(box.bundle(), ALLOW, rule("SCMP_ACT_LOG", "read"), rule("SCMP_ACT_NOPE", "read")),
                "/linux/seccomp/syscalls/1/action", "SCMP_ACT_NOPE");
        refused(box, with(box.bundle(), ALLOW, Map.of("names", List.of("read"), "action", "SCMP_ACT_ERRNO", "args",
                List.of(Map.of("index", 0, "value", 1, "op", "SCMP_CMP_NOPE")))),
                "/linux/seccomp/syscalls/0/args/0/op", "SCMP_CMP_NOPE");
        refused(box, with(box.bundle(), ALLOW).set("/linux/seccomp/architectures", List.of("SCMP_ARCH_NOPE")),
                "/linux/seccomp/architectures/0", "is not a valid arch for seccomp");
        refused(box, with(box.bundle(), ALLOW).set("/linux/seccomp/architectures", List.of("SCMP_ARCH_S390X")),
                "/linux/seccomp/architectures/0", "error adding architecture");
        refused(box, with(box.bundle(), ALLOW).set("/linux/seccomp/flags", List.of("NOPE")), "/linux/seccomp/flags/0",
                "is not known to");
        refused(box, with(box.bundle(), ALLOW, rule("SCMP_ACT_NOTIFY", "read")), "seccomp listenerPath is not set");
        refused(box, with(box.bundle(), ALLOW, rule("SCMP_ACT_NOTIFY", "write"))
                .set("/linux/seccomp/listenerPath", "/nowhere"),
                "SCMP_ACT_NOTIFY cannot be used for the write syscall");
        refused(box, with(box.bundle(), ALLOW, rule("SCMP_ACT_NOTIFY", "mkdir"))
                .set("/linux/seccomp/listenerPath", "/nowhere"), "failed to connect with seccomp agent");
    }

    private static void refused(Sandbox box, Bundle bundle, String... texts) {
        Container container = box.container(bundle);
        assertRefused(container, container.create(), texts);
    }
}
