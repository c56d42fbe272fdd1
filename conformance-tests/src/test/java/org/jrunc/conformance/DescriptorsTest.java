package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program inherits besides its environment: descriptors and signal dispositions. */
@ExtendWith(NothingLeftExtension.class)
class DescriptorsTest {
    /** The shell lists its own descriptors, without a process that opens any of its own. */
    private static final String LIST = "cd /proc/1/fd; echo *";

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "run --detach", "create"})
    void onlyTheStandardStreamsAreOpen(String how, Sandbox box) {
        Bundle bundle = box.bundle().args("sleep", "1000");
        try (Container container = box.container(bundle)) {
            Invocation.Running run = null;
            if (how.equals("run")) {
                run = container.invocation("run").start();
                Poll.until("it runs", () -> container.state().exit() == 0 && container.status().equals("running"));
            } else if (how.equals("create")) {
                container.started();
            } else {
                container.runDetached().ok();
            }
            Proc init = container.init();
            Poll.until("sleep runs", () -> init.commandLine().equals("sleep 1000"));
            assertEquals("0\n1\n2", Shell.sh("ls /proc/" + init.pid() + "/fd"));
            container.delete("--force").ok();
            if (run != null) {
                run.await(java.time.Duration.ofSeconds(10)).exits(137);
            }
        }
    }

    @Test
    void descriptorsTheCallerLeakedAreClosed(Sandbox box) {
        Container container = box.container(box.bundle().sh(LIST));
        Invocation run = container.invocation("run")
                .prefixedWith("bash", "-c", "exec 3</ 4</etc 7</etc/passwd 100</; exec \"$@\"", "bash");
        String open = run.run().ok().out();
        assertTrue(open.startsWith("0 1 2"), open);
        assertFalse(open.contains("3 4 7") || open.contains("100"), open);
    }

    @Test
    void preservedDescriptorsArriveUnderTheirNumbers(Sandbox box) {
        Container container = box.container(box.bundle().sh("cat <&3; cat <&4; [ -e /proc/self/fd/5 ] || echo no 5"));
        container.bundle().file("three", "three ");
        container.bundle().file("four", "four ");
        Invocation run = container.invocation("run", "--preserve-fds", "2").prefixedWith("bash", "-c",
                "exec 3<three 4<four 5</etc/passwd; exec \"$@\"", "bash").cwd(container.bundle().dir());
        assertEquals("three four no 5\n", run.run().ok().out());
    }

    @Test
    void aPreservedDescriptorThatIsNotOpenIsNamed(Sandbox box) {
        Container container = box.container(box.bundle());
        Invocation run = container.invocation("run", "--preserve-fds", "2").prefixedWith("bash", "-c",
                "exec 3</etc/passwd; exec \"$@\"", "bash");
        run.run().failsWith("unable to stat preserved-fd 1 (of 2)");
    }

    @Test
    void socketActivationPassesListenFds(Sandbox box) {
        Container container = box.container(box.bundle().sh("echo $LISTEN_FDS $LISTEN_PID; cat <&3; cat <&4"));
        container.bundle().file("three", "three ");
        container.bundle().file("four", "four\n");
        Invocation run = container.invocation("run").prefixedWith("bash", "-c",
                "exec 3<three 4<four; export LISTEN_FDS=2 LISTEN_PID=$$; exec \"$@\"", "bash")
                .cwd(container.bundle().dir());
        assertEquals("2 1\nthree four\n", run.run().ok().out());
    }

    @Test
    void listenFdsOfAnotherProcessAreNotPassed(Sandbox box) {
        Container container = box.container(box.bundle()
                .sh("echo \"[$LISTEN_FDS]\"; [ -e /proc/self/fd/3 ] || echo no 3"));
        Invocation run = container.invocation("run").prefixedWith("bash", "-c",
                "exec 3</etc/passwd; export LISTEN_FDS=1 LISTEN_PID=1; exec \"$@\"", "bash");
        assertEquals("[]\nno 3\n", run.run().ok().out());
    }

    @Test
    void noSignalIsBlockedIgnoredOrPending(Sandbox box) {
        List<String> signals = box.run(box.bundle().args("grep", "^S[ihg][gd]", "/proc/self/status")).ok().outLines();
        assertEquals(List.of("SigPnd:\t0000000000000000", "ShdPnd:\t0000000000000000", "SigBlk:\t0000000000000000",
                "SigIgn:\t0000000000000000", "SigCgt:\t0000000000000000"), signals.stream()
                .filter(l -> !l.startsWith("SigQ")).toList());
    }

    @Test
    void signalsTheCallerIgnoresAreNotIgnoredInside(Sandbox box) {
        Container container = box.container(box.bundle().args("grep", "SigIgn", "/proc/self/status"));
        Invocation run = container.invocation("run").prefixedWith("bash", "-c", "trap '' USR1 PIPE TERM; exec \"$@\"",
                "bash");
        assertEquals("SigIgn:\t0000000000000000\n", run.run().ok().out());
    }

    @Test
    void theStandardStreamsBelongToTheUser(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/user/uid", 1000)
                .sh("stat -L -c %u /proc/self/fd/1; echo reopened > /dev/stdout");
        Container container = box.container(bundle);
        Invocation pipe = container.invocation("run").prefixedWith("sh", "-c", "\"$@\" | cat", "sh");
        assertEquals("1000\nreopened\n", pipe.run().ok().out());
    }

    /** They are the caller's terminal, disk or secret, and still there when the container is gone. */
    @ParameterizedTest
    @ValueSource(strings = {"run", "exec"})
    void devicesAndWhatIsReadKeepTheirOwner(String command, Sandbox box) {
        Path device = box.dir().resolve("device");
        Path file = box.dir().resolve("file");
        Shell.sh("mknod " + device + " c 1 5 && touch " + file);
        boolean run = command.equals("run");
        Bundle bundle = run ? box.bundle().args("true") : box.bundle().idle();
        try (Container container = box.container(bundle.set("/process/user/uid", 1000))) {
            if (!run) {
                container.started();
            }
            for (String streams : List.of("< " + device + " > " + device, "< " + file)) {
                Invocation call = run ? container.invocation("run") : container.execWith(List.of("--user", "1000"), "true");
                call.prefixedWith("sh", "-c", "exec \"$@\" " + streams, "sh").run().ok();
            }
        }
        assertEquals("0 0", Shell.sh("echo $(stat -c %u " + device + " " + file + ")"));
    }

    @Test
    void theHostsNullDeviceKeepsItsOwner(Sandbox box) {
        Bundle bundle = box.bundle().userNamespace(700000, 1000).args("true");
        // runc, which other tests run beside jrunc, gives it away.
        Shell.sh("chown 0:0 /dev/null");
        try {
            box.run(bundle).ok();
            assertEquals("0:0", Shell.sh("stat -c %u:%g /dev/null"));
        } finally {
            Shell.sh("chown 0:0 /dev/null");
        }
    }
}
