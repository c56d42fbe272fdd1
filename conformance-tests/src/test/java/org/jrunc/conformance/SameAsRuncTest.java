package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same bundle with the runtime under test and with runc: inside, one can not tell which it was. */
@ExtendWith(NothingLeftExtension.class)
class SameAsRuncTest {
    private static final Path RUNC = Path.of("/usr/sbin/runc");
    private static final String LOOK = """
            echo '# status'; grep -E '^(Name|Umask|Tgid|Pid|PPid|TracerPid|Uid|Gid|Groups|NStgid|NSpid|NSpgid|NSsid\
            |Threads|Sig[PBIC]|Shd|Cap|NoNewPrivs|Seccomp|Cpus_allowed_list|Mems_allowed_list)' /proc/1/status
            echo '# mountinfo'; cat /proc/1/mountinfo
            echo '# limits'; cat /proc/1/limits
            echo '# cgroup'; cat /proc/1/cgroup
            echo '# env'; tr '\\0' '\\n' < /proc/1/environ
            echo '# fds'; cd /proc/1/fd; for f in *; do printf "$f "; readlink $f; done; cd /
            echo '# ids'; id; cat /proc/1/uid_map /proc/1/gid_map /proc/1/setgroups
            echo '# process'; cat /proc/1/oom_score_adj; cut -d' ' -f1,4-8,19,40,41 /proc/1/stat; pwd; hostname; umask
            echo '# files'; stat -c '%A %u %g %t:%T %N' /dev /dev/* /tmp /opt /mnt
            echo '# end'
            """;

    /** What may differ, and why: the text is replaced on both sides before they are compared. */
    private record Difference(String section, String pattern, String replacement, String reason) {
    }

    private static final List<Difference> ALLOWED = List.of(
            new Difference("status", "^SigIgn:.*", "SigIgn: …",
                    "runc hands on what its caller ignores, and children of a JVM ignore signals 32 and 33"),
            new Difference("status", "^Seccomp_filters:.*", "Seccomp_filters: …", "a later issue"),
            new Difference("mountinfo", "^(/proc/acpi|/proc/scsi|/sys/firmware|/proc/asound) .*", "$1 masked",
                    "runc 1.1 covers each directory with a tmpfs of its own, runc 1.5 and jrunc all with one"),
            new Difference("mountinfo", "^(/sys/fs/cgroup in /sys \\S+ \\S+) r[ow],", "$1 …,",
                    "asked to be read-only: runc 1.1 leaves the directory of the hierarchies writable"),
            new Difference("mountinfo", "^(/(?:tmp|opt) .* - tmpfs \\S+ \\S+?),mode=\\d+$", "$1",
                    "runc 1.1 takes over the mode of the directory by chmod, runc 1.5 and jrunc by option"),
            new Difference("fds", "(/\\S*)?/(out|err)\\d+\\S*$", "output file",
                    "each run writes into files of its own"),
            new Difference("files", "^(drwxrwxrwt 0) \\d+ (0:0 /dev/mqueue)", "$1 … $2",
                    "runc makes an IPC namespace before it has a group of the user namespace, jrunc as its root"));

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.file(RUNC.toString());
    }

    static Stream<Arguments> bundles() {
        return Stream.of(
                variant("the default", b -> { }),
                variant("all capabilities, no new privileges", b -> b.allCapabilities()
                        .set("/process/noNewPrivileges", true)),
                variant("a user with groups, umask and directory", b -> b.set("/process/user",
                        Map.of("uid", 1000, "gid", 1001, "umask", 027, "additionalGids", List.of(5, 50)))
                        .set("/process/cwd", "/home/guest").env("LANG", "C").set("/process/oomScoreAdj", 100)),
                variant("a user namespace", b -> {
                    b.userNamespace(700000, 65536);
                    Shell.sh("chown -h 700000:700000 " + b.rootfs() + " " + b.rootfs() + "/*");
                }),
                variant("a read-only root with mounts", b -> b.set("/root/readonly", true)
                        .mount("/tmp", "tmpfs", "tmpfs", "nosuid", "size=1m")
                        .mount("/opt", "tmpfs", "tmpfs", "ro", "noexec")
                        .bind(Path.of("/usr"), "/usr", "rbind", "ro", "nosuid")
                        .bind(Path.of("/etc"), "/mnt", "ro", "rslave")),
                variant("a cgroup namespace and the host's network", b -> b.namespace("cgroup")
                        .withoutNamespace("network")),
                variant("no masks and no cgroups", b -> b.remove("/linux/maskedPaths").remove("/linux/readonlyPaths")
                        .withoutMount("/sys/fs/cgroup")),
                variant("the host's processes and queues", b -> b.withoutNamespace("pid").withoutNamespace("ipc")
                        .withoutMount("/dev/mqueue")));
    }

    private static Arguments variant(String name, Consumer<Bundle> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bundles")
    void looksTheSameInside(String name, Consumer<Bundle> change, Sandbox box) {
        Bundle bundle = box.bundle();
        change.accept(bundle);
        // Without a pid namespace the process is not process 1.
        bundle.sh(bundle.config().at("/linux/namespaces").toString()
                .contains("\"pid\"") ? LOOK : LOOK.replace("/proc/1/", "/proc/$$/"));
        String id = box.newId();
        Map<String, List<String>> expected = look(new Container(box.runtime(RUNC), bundle, id));
        Map<String, List<String>> actual = look(new Container(box.runtime(), bundle, id));
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((section, lines) -> assertEquals(String.join("\n", lines),
                String.join("\n", actual.get(section)), section));
    }

    private static Map<String, List<String>> look(Container container) {
        try (container) {
            container.create().ok();
            long pid = container.init().pid();
            container.start().ok();
            container.awaitOut("# end");
            Map<String, List<String>> sections = new LinkedHashMap<>();
            List<String> current = new ArrayList<>();
            for (String line : container.out().lines().toList()) {
                if (line.startsWith("# ")) {
                    current = sections.computeIfAbsent(line.substring(2), k -> new ArrayList<>());
                } else {
                    current.add(line.replaceAll("\\b" + pid + "\\b", "PID"));
                }
            }
            sections.compute("mountinfo", (k, lines) -> normalised(lines));
            sections.replaceAll((section, lines) -> lines.stream().map(l -> allowed(section, l)).toList());
            return sections;
        }
    }

    private static String allowed(String section, String line) {
        String result = line;
        for (Difference difference : ALLOWED) {
            if (difference.section().equals(section)) {
                result = result.replaceAll(difference.pattern(), difference.replacement());
            }
        }
        return result;
    }

    /** Mounts in their order, ids and anonymous device numbers left out, the parent named by its mount point. */
    private static List<String> normalised(List<String> lines) {
        Map<String, String> points = new HashMap<>();
        List<String> result = new ArrayList<>();
        for (String line : lines) {
            String[] fields = line.split(" ", 7);
            points.put(fields[0], fields[4]);
        }
        for (String line : lines) {
            String[] fields = line.split(" ", 7);
            String device = fields[2].startsWith("0:") ? "0:*" : fields[2];
            result.add(String.join(" ", fields[4], "in " + points.getOrDefault(fields[1], "nothing"), device,
                    fields[3], fields[5],
                    fields[6].replaceAll("(shared|master|propagate_from):\\d+", "$1:*")));
        }
        return result;
    }
}
