package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where the memory goes in a {@code checkpoint}, and when it comes back. */
@ExtendWith(NothingLeftExtension.class)
class CheckpointPagesTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.criu();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Invocation.Running criu(Sandbox box, String... words) {
        List<String> command = new ArrayList<>(List.of("criu"));
        command.addAll(List.of(words));
        return new Invocation(box.runtime().scratch(), command).start();
    }

    private static boolean hasPages(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.anyMatch(f -> f.getFileName().toString().startsWith("pages-"));
        }
    }

    /** The container goes on before its memory has come: {@code checkpoint} serves it to {@code criu lazy-pages}. */
    @Test
    void memoryCanFollowLater(Sandbox box) throws IOException {
        Needs.jrunc(box, "runc 1.1 does not know the mode that leaves cgroups alone");
        Needs.criu("uffd-noncoop");
        try (Container container = Checkpoints.counting(box)) {
            Path directory = container.bundle().dir();
            Path images = directory.resolve("images");
            Path status = directory.resolve("status");
            String port = Integer.toString(freePort());
            Invocation.Running checkpoint = Checkpoints.checkpoint(container, images, "--lazy-pages", "--page-server",
                    "127.0.0.1:" + port, "--status-fd", "7", "--manage-cgroups-mode", "ignore", "--work-path",
                    directory.resolve("work").toString())
                    .prefixedWith("sh", "-c", "exec 7>" + status + "; exec \"$@\"", "sh").start();
            Poll.until("the memory can be fetched " + checkpoint.soFar(), () -> status.toFile().length() == 1);
            assertEquals(0, Files.readAllBytes(status)[0]);
            assertTrue(checkpoint.process().isAlive());
            int before = Checkpoints.count(container.bundle());
            Invocation.Running fetching = criu(box, "lazy-pages", "--page-server", "--address", "127.0.0.1", "--port",
                    port, "--images-dir", images.toString(), "--work-dir", box.newDirectory().toString());
            Container second = new Container(container.runtime(), container.bundle(), box.newId());
            // The first one still has its cgroup.
            container.bundle().set("/linux/cgroupsPath", "/" + second.id()).save();
            try (second) {
                Poll.until("lazy-pages listens " + fetching.soFar(),
                        () -> Shell.attempt("grep -q lazy-pages.socket /proc/net/unix").exit() == 0);
                Checkpoints.restoreAs(container, second.id(), images, "--detach", "--lazy-pages",
                        "--manage-cgroups-mode", "ignore", "--work-path", fetching.command().getLast()).run().ok();
                Poll.until("it counts on", () -> Checkpoints.count(container.bundle()) > before);
                checkpoint.await(LONG).ok().silent();
                fetching.await(LONG).ok();
                container.state().failsWith("container does not exist");
                assertEquals("running", second.status());
                int then = Checkpoints.count(container.bundle());
                Poll.until("it counts on", () -> Checkpoints.count(container.bundle()) > then);
            }
        }
    }

    @Test
    void memoryCanGoToAPageServer(Sandbox box) throws IOException {
        try (Container container = Checkpoints.counting(box)) {
            Path images = container.bundle().dir().resolve("images");
            Path elsewhere = box.newDirectory();
            String port = Integer.toString(freePort());
            Invocation.Running server = criu(box, "page-server", "--address", "127.0.0.1", "--port", port,
                    "--images-dir", elsewhere.toString());
            String listening = String.format("0100007F:%04X 00000000:0000 0A", Integer.parseInt(port));
            Poll.until("the server listens " + server.soFar(),
                    () -> Shell.attempt("grep -q '" + listening + "' /proc/net/tcp").exit() == 0);
            Checkpoints.checkpoint(container, images, "--page-server", "127.0.0.1:" + port).run().ok().silent();
            server.await(LONG).ok();
            assertFalse(hasPages(images));
            assertTrue(hasPages(elsewhere));
            int before = Checkpoints.count(container.bundle());
            Checkpoints.restore(container, images, "--detach").run().exits(1);
            Shell.sh("cp " + elsewhere + "/*.img " + images);
            Checkpoints.restore(container, images, "--detach").run().ok();
            Poll.until("it counts on", () -> Checkpoints.count(container.bundle()) > before);
        }
    }

    @Test
    void aPageServerThatIsNotThereIsAnError(Sandbox box) throws IOException {
        try (Container container = Checkpoints.counting(box)) {
            Checkpoints.checkpoint(container, container.bundle().dir().resolve("images"), "--page-server",
                    "127.0.0.1:" + freePort()).run().failsWith("criu failed: type ");
            assertEquals("running", container.status());
            int before = Checkpoints.count(container.bundle());
            Poll.until("it counts on", () -> Checkpoints.count(container.bundle()) > before);
        }
    }
}
