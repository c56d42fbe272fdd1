package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code checkpoint} and {@code restore} of a container with a terminal: criu makes a new one in its place. */
@ExtendWith(NothingLeftExtension.class)
class CheckpointTerminalTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.criu();
    }

    @Test
    void theNewTerminalIsHandedOverInTheOldOnesPlace(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/terminal", true).sh("trap 'echo interrupted' INT; i=0;"
                + " while :; do read line || continue; i=$((i+1)); echo \"$i: $line\"; tty; done");
        try (ConsoleSocket first = new ConsoleSocket(box.newDirectory());
                ConsoleSocket second = new ConsoleSocket(box.newDirectory());
                Container container = box.container(bundle)) {
            container.create("--console-socket", first.path()).ok();
            container.start().ok();
            first.type("one\n");
            first.await("1: one\r\n/dev/pts/0");
            Path images = bundle.dir().resolve("images");
            Checkpoints.checkpoint(container, images).run().ok().silent();
            first.awaitEnd();
            Checkpoints.restore(container, images, "--detach", "--console-socket", second.path()).run().ok().silent();
            second.await("descriptors=1 terminal=1 name=orphan-pts-master\n");
            second.type("two\n");
            second.await("2: two\r\n/dev/pts/0");
            second.type("\u0003");
            second.await("interrupted");
            assertEquals("running", container.status());
        }
    }

    @Test
    void inTheForegroundItIsTheCallers(Sandbox box) {
        Needs.tool("script");
        Bundle bundle = box.bundle().set("/process/terminal", true).sh("while [ ! -e /end ]; do sleep 0.1; done; tty;"
                + " until [ \"$(stty size)\" = '33 101' ]; do sleep 0.1; done; echo resized; exit 7");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = box.container(bundle)) {
            container.create("--console-socket", console.path()).ok();
            container.start().ok();
            Path images = bundle.dir().resolve("images");
            Checkpoints.checkpoint(container, images).run().ok();
            bundle.file("/end", "");
            Result result = TerminalTest.inTerminal(Checkpoints.restore(container, images),
                    "stty rows 33 cols 101; ").run().exits(7);
            assertEquals("/dev/pts/0\nresized\n", TerminalTest.shown(result));
            container.state().failsWith("container does not exist");
        }
    }

    @Test
    void detachedItNeedsAConsoleSocket(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/terminal", true).sh("sleep 1000");
        try (ConsoleSocket console = new ConsoleSocket(box.dir()); Container container = box.container(bundle)) {
            container.create("--console-socket", console.path()).ok();
            container.start().ok();
            Path images = bundle.dir().resolve("images");
            Checkpoints.checkpoint(container, images).run().ok();
            Checkpoints.restore(container, images, "--detach").run()
                    .failsWith("cannot allocate tty if runc will detach without setting console socket");
            container.state().failsWith("container does not exist");
            Result nobody = Checkpoints.restore(container, images, "--detach", "--console-socket",
                    box.dir().resolve("nobody").toString()).run().exits(1);
            assertTrue(nobody.err().contains("nobody"), nobody.toString());
            container.state().failsWith("container does not exist");
        }
    }
}
