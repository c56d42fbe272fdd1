package org.jrunc.conformance;

import static org.jrunc.conformance.ExecTest.running;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the process of an {@code exec} may do, and what the container can find of the host in it. */
@ExtendWith(NothingLeftExtension.class)
class ExecSecurityTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void onlyTheStandardStreamsAreOpen(Sandbox box) {
        try (Container container = running(box)) {
            Invocation exec = container.execWith(List.of(), "sh", "-c", "cd /proc/$$/fd; echo *")
                    .prefixedWith("bash", "-c", "exec 3</ 4</etc 7</etc/passwd 100</; exec \"$@\"", "bash");
            // busybox's shell keeps its script nowhere open: what it lists beyond 2 is the directory it reads.
            String open = exec.run().ok().out();
            assertTrue(open.equals("0 1 2\n") || open.equals("0 1 2 3\n"), open);
        }
    }

    @Test
    void noNewPrivilegesCanBeTakenBack(Sandbox box) {
        try (Container container = box.container(box.bundle().idle().set("/process/noNewPrivileges", true)).started()) {
            assertEquals("NoNewPrivs:\t0\n", container.execWith(List.of("--no-new-privs=false"), "grep", "NoNewPrivs",
                    "/proc/self/status").run().ok().out());
            assertEquals("NoNewPrivs:\t1\n", container.exec("grep", "NoNewPrivs", "/proc/self/status").ok().out());
        }
    }

    /** CVE-2022-29162: what is added is never inheritable. */
    @Test
    void addedCapabilitiesAreNotInheritable(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/process/capabilities", Map.of("bounding", List.of("CAP_KILL"),
                "effective", List.of("CAP_KILL"), "permitted", List.of("CAP_KILL")));
        try (Container container = box.container(bundle).started()) {
            String caps = container.execWith(List.of("--cap", "CAP_CHOWN", "-c", "CAP_NET_RAW"), "sh", "-c",
                    "grep ^Cap /proc/self/status | tr -d '\\t' | sed 's/00000000//'").run().ok().out();
            assertEquals("CapInh:00000000\nCapPrm:00002021\nCapEff:00002021\nCapBnd:00002021\nCapAmb:00000000\n", caps);
        }
    }

    @Test
    void theContainersFilterHoldsForItAsWell(Sandbox box) {
        Bundle bundle = box.bundle().idle().set("/linux/seccomp", Map.of("defaultAction", "SCMP_ACT_ALLOW",
                "syscalls", List.of(Map.of("names", List.of("mkdir", "mkdirat"), "action", "SCMP_ACT_ERRNO",
                        "errnoRet", 42))));
        for (boolean privileges : new boolean[] {true, false}) {
            bundle.set("/process/noNewPrivileges", !privileges);
            try (Container container = box.container(bundle).started()) {
                Result result = container.exec("mkdir", "/tmp/x");
                assertTrue(result.err().contains("No message of desired type"), result::toString);
                assertEquals("Seccomp:\t2\n", container.exec("grep", "Seccomp:", "/proc/self/status").ok().out());
            }
        }
    }

    @Test
    void sharesTheSessionKeyringOfTheContainer(Sandbox box) {
        Needs.file("/proc/keys");
        Bundle bundle = box.bundle().remove("/linux/maskedPaths");
        try (Container container = box.container(bundle)) {
            String look = "grep -F '_ses." + container.id() + ":' /proc/keys | cut -c1-8; ";
            bundle.sh(look + "echo end; sleep 1000");
            container.started();
            container.awaitOut("end");
            String key = container.out().replace("end\n", "");
            assertTrue(key.matches("[0-9a-f]{8}\n"), key);
            assertEquals(key, container.execSh(look));
        }
    }

    @Test
    void writesNothingAndMountsNothing(Sandbox box) {
        try (Container container = running(box)) {
            String look = "cat /proc/self/mountinfo; ls -la --time-style=full-iso " + container.stateDirectory();
            String before = Shell.sh(look);
            container.exec("true").ok();
            assertEquals(before, Shell.sh(look));
        }
    }

    /** CVE-2024-21626: a descriptor of the host's, leaked by the caller, is no way out for a working directory. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7, 8, 9, 10})
    void aLeakedDescriptorIsNoWorkingDirectory(int fd, Sandbox box) {
        try (Container container = running(box)) {
            Result result = container.execWith(List.of("--cwd", "/proc/self/fd/" + fd), "pwd")
                    .prefixedWith("bash", "-c", "exec " + fd + "</sys/fs/cgroup; exec \"$@\"", "bash").run();
            assertTrue(result.exit() == 255 && result.err().contains("chdir to cwd"), result::toString);
        }
    }

    /**
     * CVE-2016-9962: a container that may trace everything must not find anything of the host's in a process to be. It
     * may find the container's own root and {@code /etc/passwd}, which the process opens to look up its user and its
     * working directory: a path that leads to the same file in the container.
     */
    @Test
    void nothingOfTheHostIsToBeFoundInAJoiningProcess(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().allCapabilities().sh("echo ready; while :; do for p in /proc/[0-9]*; do"
                + " case ${p#/proc/} in 1|$$) ;; *) for f in $p/fd/[3-9] $p/fd/[1-9][0-9]; do"
                + " l=$(readlink $f) && case $l in /*) [ $l = /proc ] || [ $f -ef $l ] || echo leak $p $l;; esac;"
                + " done; [ -e $p/exe ] &&"
                + " e=$(readlink $p/exe) && case $e in */busybox) ;; *) echo exe $e;; esac ;; esac; done; done");
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("ready");
            // Until the container has caught one in the act.
            for (int i = 0; i < 50 && !container.out().contains("memfd:"); i++) {
                container.execWith(List.of(), "true").prefixedWith("bash", "-c",
                        "exec 3</ 4</etc 9</root; exec \"$@\"", "bash").run().ok();
            }
            List<String> seen = container.out().lines().filter(l -> l.startsWith("leak")
                    || l.startsWith("exe") && !l.contains("/memfd:jrunc-agent")).distinct().toList();
            assertEquals(List.of(), seen);
            assertTrue(container.out().contains("exe /memfd:"), "nothing was seen");
        }
    }
}
