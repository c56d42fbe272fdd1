package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code process.terminal}: given away over a console socket, or kept by a foreground {@code run}. */
@ExtendWith(NothingLeftExtension.class)
class TerminalTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void theWholeLifecycleWithATerminal(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/terminal", true)
                .sh("tty; read line; echo \"line: $line\"; sleep 1000");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = box.container(bundle)) {
            container.create("--console-socket", console.path()).ok().silent();
            console.await("descriptors=1 terminal=1 name=/dev/");
            assertEquals("created", container.status());
            container.start().ok();
            console.await("/dev/pts/0\r\n");
            console.type("hello\n");
            console.await("line: hello\r\n");
            assertEquals("running", container.status());
            container.kill("KILL").ok();
            container.awaitStopped();
            console.awaitEnd();
            container.delete().ok();
            container.state().failsWith("does not exist");
            assertEquals("", container.out());
        }
    }

    @Test
    void theTerminalIsTheControllingOneAndStandsAtDevConsole(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/terminal", true).set("/process/user/uid", 1000)
                .sh("cut -d' ' -f1,5-8 /proc/self/stat; stat -c '%t:%T %u %a' /dev/pts/0; stat -c '%t:%T' /dev/console;"
                        + " for n in 0 1 2; do readlink /proc/self/fd/$n; done; echo > /dev/tty; echo end");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = box.container(bundle)) {
            container.create("--console-socket", console.path()).ok();
            container.start().ok();
            console.await("end");
            List<String> lines = console.seen().replace("\r", "").lines().toList();
            // "cut" is a child of pid 1: process group 1, session 1, terminal 136:0, whose foreground group is 1.
            assertTrue(lines.get(2).matches("\\d+ 1 1 34816 1"), lines::toString);
            assertEquals("88:0 1000 620", lines.get(3));
            assertEquals("88:0", lines.get(4));
            assertEquals(List.of("/dev/pts/0", "/dev/pts/0", "/dev/pts/0"), lines.subList(5, 8));
        }
    }

    @Test
    void theTerminalHasTheConfiguredSize(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/terminal", true).set("/process/consoleSize",
                Map.of("height", 31, "width", 97)).args("stty", "size");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = box.container(bundle)) {
            container.create("--console-socket", console.path()).ok();
            container.start().ok();
            console.await("31 97\r\n");
        }
    }

    @Test
    void ctrlCInterruptsTheContainer(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/terminal", true)
                .sh("trap 'echo interrupted; exit 0' INT; echo ready; while :; do sleep 1000 & wait; done");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = box.container(bundle)) {
            container.create("--console-socket", console.path()).ok();
            container.start().ok();
            console.await("ready");
            console.type("\u0003");
            console.await("interrupted");
            container.awaitStopped();
        }
    }

    @Test
    void aReadOnlyRootWithoutATmpfsOnDevIsNoHindrance(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/terminal", true).set("/root/readonly", true).args("tty");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = box.container(bundle)) {
            container.create("--console-socket", console.path()).ok();
            container.start().ok();
            console.await("/dev/pts/0");
        }
    }

    @Test
    void aForegroundRunHasATerminalOfItsOwn(Sandbox box) {
        Needs.tool("script");
        Container container = box.container(box.bundle().set("/process/terminal", true)
                .sh("tty; stty size; echo to stderr >&2; exit 6"));
        Result result = inTerminal(container.invocation("run"), "stty rows 33 cols 101; ").run().exits(6);
        assertEquals("/dev/pts/0\n33 101\nto stderr\n", shown(result));
    }

    @Test
    void theTerminalHasItsSizeBeforeTheProgramStarts(Sandbox box) {
        Needs.tool("script");
        Bundle bundle = box.bundle().set("/process/terminal", true).set("/root/readonly", false).sh("cat /size")
                .set("/hooks/startContainer", List.of(Map.of("path", "/bin/sh",
                        "args", List.of("sh", "-c", "stty size </dev/tty >/size"))));
        Container container = box.container(bundle);
        Result result = inTerminal(container.invocation("run"), "stty rows 33 cols 101; ").run().ok();
        assertEquals("33 101\n", shown(result));
    }

    @Test
    void whatGoesToAFileIsWhatTheProgramHasWritten(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/terminal", true).sh("echo a; printf 'b\\r\\nc\\n'; tty");
        assertEquals("a\nb\r\nc\n/dev/pts/0\n", box.run(bundle).ok().out());
        // A container with such a hook is started before there is a monitor.
        bundle.hook("poststart", "sleep 0.3");
        assertEquals("a\nb\r\nc\n/dev/pts/0\n", box.run(bundle).ok().out());
    }

    @Test
    void linesBeginAtTheLeftOfTheCallersScreen(Sandbox box) {
        Needs.tool("script");
        Container container = box.container(box.bundle().set("/process/terminal", true).sh("echo a; echo b; stty -a"));
        for (String before : List.of("", "stty -opost; ")) {
            String out = inTerminal(container.invocation("run"), before).run().ok().out();
            // What script(1) types when its input ends may be shown anywhere.
            assertTrue(out.matches("(?s).*a\r\n[^\n]*b\r\n.*"), out);
            assertTrue(out.contains("opost ") && out.contains(" -onlcr"), out);
        }
    }

    @Test
    void aTerminalThatIsGivenAwayEndsLinesItself(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/terminal", true).sh("stty -a");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = box.container(bundle)) {
            container.create("--console-socket", console.path()).ok();
            container.start().ok();
            console.await(" onlcr");
        }
    }

    /** The end of the terminal and the end of the container come in either order. */
    @RepeatedTest(4)
    void aForegroundRunEndsWithItsContainer(Sandbox box) {
        Needs.tool("script");
        Container container = box.container(box.bundle().set("/process/terminal", true)
                .sh("sleep 1000 & sleep 1000 & exit 3"));
        Result result = inTerminal(container.invocation("run"), "").run().exits(3);
        assertTrue(result.took().compareTo(Duration.ofSeconds(5)) < 0, result::toString);
    }

    @Test
    void theCallersTerminalIsAsBeforeAfterwards(Sandbox box) {
        Needs.tool("script");
        Container container = box.container(box.bundle().set("/process/terminal", true).args("stty", "raw"));
        String settings = "stty -a | md5sum; ";
        Result result = inTerminal(container.invocation("run"), settings, settings).run().ok();
        List<String> sums = shown(result).lines().filter(l -> l.endsWith("  -")).toList();
        assertEquals(2, sums.size(), result::toString);
        assertEquals(sums.get(0), sums.get(1));
    }

    @Test
    void resizingReachesTheContainer(Sandbox box) {
        Needs.tool("script");
        Bundle bundle = box.bundle().set("/process/terminal", true)
                .sh("trap 's=$(stty size); echo size $s; [ \"$s\" != \"44 111\" ] || exit 0' WINCH; echo ready;"
                        + " while :; do sleep 1000 & wait; done");
        try (Container container = box.container(bundle)) {
            Invocation.Running run = inTerminal(container.invocation("run"), "tty >&2; ").start();
            Poll.until("it runs " + run.soFar(), () -> run.soFar().out().contains("ready"));
            String terminal = run.soFar().out().lines().findFirst().orElseThrow().strip();
            // Two changes, of which the container may see the first one alone.
            Shell.sh("stty rows 44 cols 111 < " + terminal);
            assertTrue(run.await(Duration.ofSeconds(10)).ok().out().contains("size 44 111"));
        }
    }

    /** What was on the screen, without the end-of-file that script(1) types when its own input ends. */
    static String shown(Result result) {
        return result.out().replaceAll("\r|\\^[@D]|\b", "");
    }

    /** The command in a fresh terminal, with shell commands before and after it; its exit code comes through. */
    static Invocation inTerminal(Invocation run, String... around) {
        String words = String.join(" ", run.builder().command());
        String after = around.length > 1 ? "; code=$?; " + around[1] + " exit $code" : "";
        return new Invocation(run.scratch(), List.of("script", "-qec", around[0] + words + after, "/dev/null"));
    }
}
