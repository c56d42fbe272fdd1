package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code exec --tty}: given away over a console socket, or kept in the foreground. */
@ExtendWith(NothingLeftExtension.class)
class ExecTerminalTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.tool("script");
    }

    private static Container running(Sandbox box) {
        return box.container(box.bundle().idle()).started();
    }

    /** Repeated: the size has to be there when the program starts. */
    @RepeatedTest(3)
    void aForegroundExecHasATerminalOfItsOwn(Sandbox box) {
        try (Container container = running(box)) {
            Invocation exec = container.execWith(List.of("-t"), "sh", "-c", "'stty size; tty; echo err >&2; exit 6'");
            Result result = TerminalTest.inTerminal(exec, "stty rows 33 cols 101; ").run().exits(6);
            assertEquals("33 101\n/dev/pts/0\nerr\n", TerminalTest.shown(result));
        }
    }

    @Test
    void whatGoesToAFileIsWhatTheProgramHasWritten(Sandbox box) {
        try (Container container = running(box)) {
            Invocation exec = container.execWith(List.of("-t"), "sh", "-c", "echo a; echo b; tty");
            assertEquals("a\nb\n/dev/pts/0\n", exec.run().ok().out());
        }
    }

    @Test
    void theTerminalOfTheContainerIsNotInherited(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/terminal", true).idle();
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = box.container(bundle)) {
            container.create("--console-socket", console.path()).ok();
            container.start().ok();
            assertEquals("not a tty\n", container.exec("tty").exits(1).out());
            assertEquals("/dev/pts/1\n", TerminalTest.shown(TerminalTest.inTerminal(
                    container.execWith(List.of("-t"), "tty"), "").run().ok()));
        }
    }

    @Test
    void itIsTheControllingTerminalAndTheUsers(Sandbox box) {
        try (Container container = running(box)) {
            Invocation exec = container.execWith(List.of("-t", "-u", "1000"), "sh", "-c",
                    "'stat -c %u /dev/pts/0; echo to tty > /dev/tty; cut -d\" \" -f7 /proc/self/stat'");
            assertEquals("1000\nto tty\n34816\n", TerminalTest.shown(TerminalTest.inTerminal(exec, "").run().ok()));
        }
    }

    @Test
    void resizingReachesTheProgram(Sandbox box) {
        try (Container container = running(box)) {
            Invocation exec = container.execWith(List.of("-t"), "sh", "-c",
                    "'trap \"stty size; stty size | grep -q 111 && exit 0\" WINCH; echo ready;"
                            + " while :; do sleep 1000 & wait; done'");
            Invocation.Running run = TerminalTest.inTerminal(exec, "tty >&2; ").start();
            Poll.until("it runs " + run.soFar(), () -> run.soFar().out().contains("ready"));
            Shell.sh("stty rows 44 cols 111 < " + run.soFar().out().lines().findFirst().orElseThrow().strip());
            assertTrue(run.await(Duration.ofSeconds(10)).ok().out().contains("44 111"));
        }
    }

    @Test
    void theCallersTerminalIsAsBeforeAfterwards(Sandbox box) {
        try (Container container = running(box)) {
            String settings = "stty -a | md5sum; ";
            Result result = TerminalTest.inTerminal(container.execWith(List.of("-t"), "stty", "raw"), settings,
                    settings).run().ok();
            List<String> sums = TerminalTest.shown(result).lines().filter(l -> l.endsWith("  -")).toList();
            assertEquals(2, sums.size(), result::toString);
            assertEquals(sums.get(0), sums.get(1));
        }
    }

    @Test
    void aDetachedExecGivesItsTerminalAway(Sandbox box) throws IOException {
        Path pidFile = box.newDirectory().resolve("pid");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = running(box)) {
            container.execWith(List.of("-d", "-t", "--console-socket", console.path(), "--pid-file",
                    pidFile.toString()), "sh", "-c", "tty; read line; echo \"line: $line\"; trap 'echo stop; exit' INT;"
                    + " while :; do sleep 1000 & wait; done").run().ok().silent();
            console.await("descriptors=1 terminal=1 name=/dev/");
            console.await("/dev/pts/0\r\n");
            console.type("hello\n");
            console.await("line: hello\r\n");
            console.type("\u0003");
            console.await("stop");
            Proc program = new Proc(Long.parseLong(Files.readString(pidFile)));
            Poll.until("the program ends", () -> !program.alive());
        }
    }
}
