package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code process}: program, environment, directory, user, and what the kernel keeps for a process. */
@ExtendWith(NothingLeftExtension.class)
class ProcessTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** A field of /proc/self/status inside. */
    private static String status(Sandbox box, Bundle bundle, String field) {
        return box.run(bundle.sh("grep '^" + field + ":' /proc/self/status")).ok().out()
                .replaceAll("^\\w+:\\s*|\\s+$", "");
    }

    @Test
    void theArgumentsArriveAsTheyAre(Sandbox box) {
        Bundle bundle = box.bundle().args("printf", "[%s]", "", "a b", "$HOME", "'\"\\", "ä€𝄞", "line\nbreak", "--");
        assertEquals("[][a b][$HOME]['\"\\][ä€𝄞][line\nbreak][--]", box.run(bundle).ok().out());
    }

    @Test
    void theEnvironmentIsTheConfiguredOneInItsOrder(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/env", List.of("Z=1", "PATH=/bin", "A=a b=c", "EMPTY=",
                "HOME=/nowhere", "U=ü"))
                .args("env");
        Result result = box.container(bundle).invocation("run").env("FROM_THE_CALLER", "x").run().ok();
        assertEquals("Z=1\nPATH=/bin\nA=a b=c\nEMPTY=\nHOME=/nowhere\nU=ü\n", result.out());
    }

    @Test
    void ofTwoVariablesOfOneNameTheLastCounts(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/env", List.of("PATH=/bin", "A=first", "HOME=/", "A=last"))
                .args("env");
        assertEquals(List.of("A=last", "HOME=/", "PATH=/bin"), box.run(bundle).ok().outLines().stream().sorted()
                .toList());
    }

    @ParameterizedTest
    @CsvSource({"0, /root", "1000, /home/guest", "4242, /"})
    void homeComesFromThePasswordFile(int uid, String home, Sandbox box) {
        Bundle bundle = box.bundle().set("/process/user/uid", uid).sh("echo $HOME");
        assertEquals(home + "\n", box.run(bundle).ok().out());
    }

    @Test
    void homeIsTheRootWithoutAPasswordFile(Sandbox box) {
        Bundle bundle = box.bundle().sh("echo $HOME");
        Shell.sh("rm " + bundle.rootfs() + "/etc/passwd");
        assertEquals("/\n", box.run(bundle).ok().out());
    }

    @Test
    void theProgramIsLookedUpInTheConfiguredPath(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/env", List.of("PATH=/opt/first:/opt/second:/bin")).args("tool");
        bundle.file("/opt/first/tool", "not executable");
        bundle.script("/opt/second/tool", "#!/bin/sh\necho second $0\n");
        assertEquals("second /opt/second/tool\n", box.run(bundle).ok().out());
    }

    @Test
    void aPathWithASlashIsRelativeToTheWorkingDirectory(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/cwd", "/opt").args("dir/tool");
        bundle.script("/opt/dir/tool", "#!/bin/sh\npwd\n");
        assertEquals("/opt\n", box.run(bundle).ok().out());
    }

    @Test
    void aProgramThatTheKernelCanNotExecuteFailsWith255(Sandbox box) {
        Bundle bundle = box.bundle().args("/opt/broken");
        bundle.script("/opt/broken", "#!/no/interpreter\n");
        Result result = box.run(bundle).exits(255);
        assertTrue(result.err().contains("exec /opt/broken: no such file or directory"), result::toString);
    }

    @Test
    void theWorkingDirectoryIsTheConfiguredOne(Sandbox box) {
        assertEquals("/usr\n", box.run(box.bundle().set("/process/cwd", "/usr").args("pwd")).ok().out());
    }

    @Test
    void aWorkingDirectoryThatOnlyTheUserMayEnterIsGood(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/cwd", "/home/guest").set("/process/user/uid", 1000)
                .set("/process/user/gid", 1000).sh("pwd; touch mine && stat -c %u mine");
        Shell.sh("chown 1000:1000 " + bundle.rootfs() + "/home/guest && chmod 700 " + bundle.rootfs() + "/home/guest");
        assertEquals("/home/guest\n1000\n", box.run(bundle).ok().out());
    }

    @Test
    void theUserAndItsGroupsAreTheConfiguredOnes(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/user", Map.of("uid", 1000, "gid", 1001, "additionalGids",
                List.of(50, 7)));
        assertEquals("Uid:\t1000\t1000\t1000\t1000\nGid:\t1001\t1001\t1001\t1001\nGroups:\t7 50 \n",
                box.run(bundle.sh("grep -E '^(Uid|Gid|Groups)' /proc/self/status")).ok().out());
    }

    @Test
    void theCallersGroupsAreGone(Sandbox box) {
        Container container = box.container(box.bundle().sh("grep ^Groups /proc/self/status | cut -f2"));
        Invocation run = container.invocation("run").prefixedWith("setpriv", "--groups=4,24", "--");
        assertEquals("", run.run().ok().out().strip());
    }

    @Test
    void theUmaskIs022UnlessConfigured(Sandbox box) {
        Container container = box.container(box.bundle().sh("umask"));
        Invocation run = container.invocation("run").prefixedWith("sh", "-c", "umask 077; exec \"$@\"", "sh");
        assertEquals("0022\n", run.run().ok().out());
        assertEquals("0027\n", box.run(box.bundle().set("/process/user/umask", 027).sh("umask")).ok().out());
    }

    @Test
    void eachOfTheFiveCapabilitySetsIsSetByItself(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/capabilities", Map.of(
                "bounding", List.of("CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_NET_RAW"),
                "permitted", List.of("CAP_CHOWN", "CAP_KILL", "CAP_SETUID"),
                "effective", List.of("CAP_CHOWN", "CAP_KILL"),
                "inheritable", List.of("CAP_CHOWN", "CAP_SETUID"),
                "ambient", List.of("CAP_CHOWN")));
        // Of root's program: permitted and effective become bounding + inheritable at execve; so look as a user.
        bundle.set("/process/user/uid", 1000).args("grep", "^Cap", "/proc/self/status");
        assertEquals("""
                CapInh:\t0000000000000081
                CapPrm:\t0000000000000001
                CapEff:\t0000000000000001
                CapBnd:\t00000000000020a1
                CapAmb:\t0000000000000001
                """, box.run(bundle).ok().out());
    }

    @Test
    void withoutThePropertyRootHasNoCapabilities(Sandbox box) {
        Bundle bundle = box.bundle().remove("/process/capabilities").args("grep", "^Cap", "/proc/self/status");
        assertEquals(List.of("0000000000000000"),
                box.run(bundle).ok().outLines().stream().map(l -> l.split("\t")[1]).distinct().toList());
    }

    @Test
    void rootHasItsBoundingSetAndNoMore(Sandbox box) {
        Bundle bundle = box.bundle().capabilities(List.of("CAP_CHOWN")).args("grep", "^Cap", "/proc/self/status");
        assertEquals(List.of("0000000000000001"),
                box.run(bundle).ok().outLines().stream().map(l -> l.split("\t")[1]).distinct().toList());
        Bundle none = box.bundle().capabilities(List.of()).args("grep", "^Cap", "/proc/self/status");
        assertEquals(List.of("0000000000000000"),
                box.run(none).ok().outLines().stream().map(l -> l.split("\t")[1]).distinct().toList());
    }

    @Test
    void anUnknownCapabilityIsAWarningOnly(Sandbox box) {
        Bundle bundle = box.bundle().capabilities(List.of("CAP_CHOWN", "CAP_NONSENSE"))
                .sh("grep CapEff /proc/self/status");
        Result result = box.loggedContainer(bundle).run().ok();
        assertEquals("CapEff:\t0000000000000001\n", result.out());
        assertEquals("", result.err());
        assertEquals(1, box.warnings().size(), box.warnings()::toString);
        assertTrue(box.warnings().getFirst().contains("CAP_NONSENSE"), box.warnings()::toString);
    }

    @Test
    void noNewPrivilegesIsAsConfigured(Sandbox box) {
        assertEquals("0", status(box, box.bundle(), "NoNewPrivs"));
        assertEquals("1", status(box, box.bundle().set("/process/noNewPrivileges", true), "NoNewPrivs"));
    }

    @Test
    void aSetuidProgramGainsNothingWithNoNewPrivileges(Sandbox box) throws IOException {
        for (boolean forbidden : List.of(false, true)) {
            Bundle bundle = IpcTest.withHostPrograms(box.bundle()).capabilities(List.of("CAP_SETUID"))
                    .set("/process/capabilities/ambient", List.of()).set("/process/capabilities/inheritable", List.of())
                    .set("/process/noNewPrivileges", forbidden).set("/process/user/uid", 1000).args("/opt/id", "-u");
            Shell.sh("cp /usr/bin/id " + bundle.rootfs() + "/opt && chmod 4755 " + bundle.rootfs() + "/opt/id");
            assertEquals(forbidden ? "1000\n" : "0\n", box.run(bundle).ok().out());
        }
    }

    @Test
    void resourceLimitsAreTheConfiguredOnes(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/rlimits", List.of(rlimit("NOFILE", 512, 1000), rlimit("CORE", 1, 2),
                rlimit("NPROC", 200, 300), rlimit("STACK", 8192000, 9000000), rlimit("MSGQUEUE", 1000, 2000),
                Map.of("type", "RLIMIT_CPU", "soft", 100, "hard", new java.math.BigInteger("18446744073709551615"))));
        String limits = box.run(bundle.args("cat", "/proc/self/limits")).ok().out().replaceAll(" +", " ");
        for (String line : List.of("Max open files 512 1000 files", "Max core file size 1 2 bytes",
                "Max processes 200 300 processes", "Max stack size 8192000 9000000 bytes",
                "Max msgqueue size 1000 2000 bytes",
                "Max cpu time 100 unlimited seconds")) {
            assertTrue(limits.contains(line), limits);
        }
    }

    @Test
    void limitsThatAreNotConfiguredAreTheCallers(Sandbox box) {
        Container container = box.container(box.bundle().remove("/process/rlimits")
                .sh("ulimit -Sn; ulimit -Hn; ulimit -c"));
        Invocation run = container.invocation("run")
                .prefixedWith("sh", "-c", "ulimit -Sn 777; ulimit -Hn 5000; ulimit -Hc 0; exec \"$@\"", "sh");
        assertEquals("777\n5000\n0\n", run.run().ok().out());
    }

    private static Map<String, Object> rlimit(String name, long soft, long hard) {
        return Map.of("type", "RLIMIT_" + name, "soft", soft, "hard", hard);
    }

    @Test
    void theOutOfMemoryScoreIsTheConfiguredOneOrTheCallers(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/oomScoreAdj", 321).args("cat", "/proc/self/oom_score_adj");
        assertEquals("321\n", box.run(bundle).ok().out());
        Container other = box.container(box.bundle().args("cat", "/proc/self/oom_score_adj"));
        Invocation run = other.invocation("run")
                .prefixedWith("sh", "-c", "echo 123 > /proc/self/oom_score_adj; exec \"$@\"", "sh");
        assertEquals("123\n", run.run().ok().out());
    }

    @Test
    void itLeadsASessionOfItsOwn(Sandbox box) {
        List<String> fields = List.of(box.sh("cut -d' ' -f1,5,6 /proc/1/stat").strip().split(" "));
        assertEquals(List.of("1", "1", "1"), fields);
    }
}
