package org.jrunc.conformance;

import static org.jrunc.conformance.BadInputTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Configurations that are JSON and yet wrong: exit code 1, one line that names the property, and nothing left behind.
 *
 * <p>The property is looked for without regard to case, as the peers write some names as they are in their source.
 */
@ExtendWith(NothingLeftExtension.class)
class BadConfigurationTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private static Arguments type(String pointer, Object value) {
        return Arguments.of(pointer + " = " + Bundle.JSON.valueToTree(value), pointer, value);
    }

    static Stream<Arguments> wrongTypes() {
        return Stream.of(
                type("/ociVersion", 1),
                type("/process", "sh"),
                type("/process/args", "sh"),
                type("/process/args", Map.of("0", "sh")),
                type("/process/args", Collections.singletonList(7)),
                type("/process/cwd", 5),
                type("/process/env", Map.of("A", "B")),
                type("/process/terminal", "yes"),
                type("/process/terminal", 1),
                type("/process/user", "root"),
                type("/process/user/uid", "root"),
                type("/process/user/uid", -1),
                type("/process/user/uid", 4294967296L),
                type("/process/user/gid", 1.5),
                type("/process/user/additionalGids", List.of("staff")),
                type("/process/capabilities/bounding", "CAP_KILL"),
                type("/process/rlimits", Map.of()),
                type("/process/rlimits/0/hard", -1),
                type("/process/rlimits/0/soft", "unlimited"),
                type("/process/oomScoreAdj", "low"),
                type("/root", "rootfs"),
                type("/root/path", List.of()),
                type("/root/readonly", "true"),
                type("/hostname", 5),
                type("/mounts", Map.of()),
                type("/mounts/0", "proc"),
                type("/mounts/1/options", "ro"),
                type("/mounts/1/destination", true),
                type("/hooks", List.of()),
                type("/hooks", Map.of("prestart", Map.of())),
                type("/annotations", Map.of("a", 1)),
                type("/linux", "linux"),
                type("/linux/namespaces", Map.of("pid", true)),
                type("/linux/namespaces/0/type", 7),
                type("/linux/resources", "none"),
                type("/linux/resources/pids", Map.of("limit", "ten")),
                type("/linux/sysctl", List.of("a=b")),
                type("/linux/maskedPaths", "/proc/kcore"),
                type("/linux/devices", Map.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongTypes")
    void aWrongType(String name, String pointer, Object value, Sandbox box) {
        Container container = box.container(box.bundle().set(pointer, value));
        Result result = container.create();
        assertRefused(container, result);
        assertNames(result, Stream.of(pointer.split("/")).filter(s -> !s.isEmpty() && !s.matches("\\d+"))
                .reduce((a, b) -> b).orElseThrow());
    }

    private static Arguments bad(String name, Consumer<Bundle> change, String... words) {
        return Arguments.of(name, change, words);
    }

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                bad("version 2", b -> b.set("/ociVersion", "2.0.0"), "ociVersion", "2.0.0"),
                bad("no version at all", b -> b.set("/ociVersion", "newest"), "ociVersion", "newest"),
                bad("missing version", b -> b.remove("/ociVersion"), "ociVersion"),
                bad("no root", b -> b.remove("/root"), "root must be specified"),
                bad("relative cwd", b -> b.set("/process/cwd", "tmp"), "cwd", "must be an absolute path"),
                bad("empty cwd", b -> b.set("/process/cwd", ""), "cwd"),
                bad("no args", b -> b.args(), "args"),
                bad("env without =", b -> b.add("/process/env", "NOVALUE"), "env", "NOVALUE"),
                bad("env without a name", b -> b.add("/process/env", "=x"), "env", "=x"),
                bad("env with NUL", b -> b.add("/process/env", "A=\0B"), "env"),
                bad("args with NUL", b -> b.args("tr\0ue"), "args"),
                bad("unknown rlimit", b -> b.set("/process/rlimits/0/type", "RLIMIT_FOO"), "rlimit", "RLIMIT_FOO"),
                bad("rlimit twice", b -> b.add("/process/rlimits",
                        Map.of("type", "RLIMIT_NOFILE", "soft", 1, "hard", 2)), "rlimits", "RLIMIT_NOFILE"),
                bad("soft over hard limit", b -> b.set("/process/rlimits/0/soft", 4096), "rlimits"),
                bad("oomScoreAdj out of range", b -> b.set("/process/oomScoreAdj", 1001), "oomScoreAdj", "1001"),
                bad("unknown scheduler", b -> b.set("/process/scheduler", Map.of("policy", "SCHED_NONSENSE")),
                        "scheduler", "SCHED_NONSENSE"),
                bad("scheduler priority with OTHER", b -> b.set("/process/scheduler",
                        Map.of("policy", "SCHED_OTHER", "priority", 5)), "scheduler", "priority"),
                bad("unknown I/O class", b -> b.set("/process/ioPriority",
                        Map.of("class", "IOPRIO_CLASS_NONSENSE", "priority", 1)), "ioPriority"),
                bad("I/O priority out of range", b -> b.set("/process/ioPriority",
                        Map.of("class", "IOPRIO_CLASS_BE", "priority", 8)), "ioPriority"),
                bad("unknown personality", b -> b.set("/linux/personality", Map.of("domain", "XENIX")),
                        "personality", "XENIX"),
                bad("unknown propagation", b -> b.set("/linux/rootfsPropagation", "sometimes"),
                        "rootfsPropagation", "sometimes"),
                bad("device of unknown type", b -> b.add("/linux/devices",
                        Map.of("path", "/dev/x", "type", "z", "major", 1, "minor", 3)), "device", "z"),
                bad("hook with a relative path", b -> b.add("/hooks/prestart", Map.of("path", "hook")),
                        "hooks", "prestart", "hook"),
                bad("hook with timeout 0", b -> b.add("/hooks/prestart", Map.of("path", "/bin/true", "timeout", 0)),
                        "hooks", "timeout"),
                bad("hook that is not there", b -> b.add("/hooks/createRuntime", Map.of("path", "/no/hook")),
                        "error running createRuntime hook #0", "/no/hook", "ENOENT"),
                bad("mount without a destination", b -> b.add("/mounts", Map.of("type", "tmpfs")), "destination"),
                bad("mount with NUL", b -> b.mount("/mnt/a\0b", "tmpfs", "tmpfs"), "mount", "null byte"),
                bad("bind with file system options", b -> b.bind(b.dir(), "/mnt", "size=1k"), "/mnt", "size=1k"),
                bad("mount inside /proc", b -> b.bind(b.dir(), "/proc/fs"), "/proc/fs",
                        "cannot be mounted because it is inside /proc"),
                bad("tmpfs on /proc", b -> b.withoutMount("/proc").mount("/proc", "tmpfs", "tmpfs"), "/proc",
                        "cannot be mounted because"),
                bad("id-mapped without a mapping", b -> b.bind(b.dir(), "/mnt", "idmap"), "idmap"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongValues")
    void aWrongValue(String name, Consumer<Bundle> change, String[] words, Sandbox box) {
        refused(change, words, box);
    }

    static Stream<Arguments> wrongNamespaces() {
        Map<String, Integer> map = Map.of("containerID", 0, "hostID", 100000, "size", 1000);
        return Stream.of(
                bad("unknown namespace", b -> b.add("/linux/namespaces", Map.of("type", "nonsense")),
                        "namespace", "nonsense", "does not exist"),
                bad("namespace twice", b -> b.add("/linux/namespaces", Map.of("type", "pid")),
                        "malformed spec file: duplicated ns", "pid"),
                bad("path of another type", b -> b.namespace("uts", "/proc/self/ns/net"), "/proc/self/ns/net", "uts"),
                bad("path that is not there", b -> b.namespace("uts", "/no/namespace"), "/no/namespace",
                        "ENOENT"),
                bad("path of a plain file", b -> b.namespace("ipc", b.file("plain", "").toString()), "plain", "ipc"),
                bad("relative path", b -> b.namespace("network", "ns/net"), "ns/net"),
                bad("user namespace without mappings", b -> b.namespace("user"), "user namespaces enabled"),
                bad("uid mappings only", b -> b.namespace("user").set("/linux/uidMappings", List.of(map)),
                        "gid", "mapping"),
                bad("uid mappings without a user namespace", b -> b.set("/linux/uidMappings", List.of(map)),
                        "uidMappings", "user"),
                bad("gid mappings without a user namespace", b -> b.set("/linux/gidMappings", List.of(map)),
                        "gidMappings", "user"),
                bad("overlapping mappings", b -> b.namespace("user").set("/linux/uidMappings", List.of(map, map))
                        .set("/linux/gidMappings", List.of(map)), "uid"),
                bad("mapping of size 0", b -> b.namespace("user").set("/linux/uidMappings",
                        List.of(Map.of("containerID", 0, "hostID", 0, "size", 0)))
                        .set("/linux/gidMappings", List.of(map)), "uid"),
                bad("hostname without a UTS namespace", b -> b.withoutNamespace("uts"), "hostname", "UTS namespace"),
                bad("domain name without a UTS namespace", b -> b.withoutNamespace("uts").remove("/hostname")
                        .set("/domainname", "example"), "domainname", "UTS namespace"),
                bad("masked paths without a mount namespace", b -> b.withoutNamespace("mount"),
                        "without a private MNT namespace"),
                bad("time offsets without a time namespace", b -> b.set("/linux/timeOffsets",
                        Map.of("monotonic", Map.of("secs", 1))), "timeOffsets", "time namespace"),
                bad("unknown clock", b -> b.namespace("time").set("/linux/timeOffsets",
                        Map.of("sundial", Map.of("secs", 1))), "timeOffsets", "sundial"),
                bad("sysctl of the host", b -> b.set("/linux/sysctl", Map.of("kernel.pid_max", "1000")),
                        "kernel.pid_max", "not in a separate kernel namespace"),
                bad("network sysctl in the host's network", b -> b.withoutNamespace("network")
                        .set("/linux/sysctl", Map.of("net.ipv4.ip_forward", "1")),
                        "net.ipv4.ip_forward", "not allowed in host network namespace"),
                bad("IPC sysctl in the host's IPC namespace", b -> b.withoutNamespace("ipc")
                        .set("/linux/sysctl", Map.of("kernel.msgmax", "1000")), "kernel.msgmax"),
                bad("hostname as sysctl", b -> b.set("/linux/sysctl", Map.of("kernel.hostname", "x")),
                        "kernel.hostname"),
                bad("sysctl that is not there", b -> b.set("/linux/sysctl", Map.of("net.nonsense", "1")),
                        "net.nonsense", "ENOENT"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongNamespaces")
    void aWrongMixtureOfNamespaces(String name, Consumer<Bundle> change, String[] words, Sandbox box) {
        refused(change, words, box);
    }

    static Stream<Arguments> wrongCommands() {
        return Stream.of(
                bad("not in PATH", b -> b.args("nowhere"), "exec: \\\"nowhere\\\": executable file not found in $PATH"),
                bad("no such path", b -> b.args("/nowhere"),
                        "exec: \\\"/nowhere\\\": stat /nowhere: no such file or directory"),
                bad("a directory", b -> b.args("/etc"), "exec: \\\"/etc\\\": is a directory"),
                bad("not executable", b -> b.args("/etc/passwd"), "exec: \\\"/etc/passwd\\\": permission denied"),
                bad("PATH without it", b -> b.set("/process/env", List.of("PATH=/etc")).args("sh"),
                        "exec: \\\"sh\\\": executable file not found in $PATH"),
                bad("not for this user", b -> {
                    b.script("/root/secret/program", "#!/bin/sh\n");
                    Shell.sh("chmod 700 " + b.rootfs() + "/root/secret");
                    b.set("/process/user/uid", 1000).set("/process/capabilities", Map.of());
                    b.args("/root/secret/program");
                }, "/root/secret/program", "permission denied"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongCommands")
    void aCommandThatCanNotRunIsAFailureOfCreate(String name, Consumer<Bundle> change, String[] words, Sandbox box) {
        refused(change, words, box);
    }

    private static void refused(Consumer<Bundle> change, String[] words, Sandbox box) {
        Bundle bundle = box.bundle().idle();
        change.accept(bundle);
        Container container = box.container(bundle);
        Result result = container.create();
        assertRefused(container, result);
        assertNames(result, words);
    }

    private static void assertNames(Result result, String... words) {
        for (String word : words) {
            assertTrue(result.err().toLowerCase().contains(word.toLowerCase()), () -> "“" + word + "” in " + result);
        }
    }
}
