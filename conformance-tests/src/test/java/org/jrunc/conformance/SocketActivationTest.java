package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code jrunc.socket} and {@code jrunc.service}, as {@code make install} installs them, but for a shorter idle time. */
@ExtendWith(NothingLeftExtension.class)
class SocketActivationTest {
    private static final Path UNITS = Path.of("/run/systemd/system");
    private static final Duration IDLE = Duration.ofSeconds(30);

    private Path log;

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.systemd();
    }

    @BeforeEach
    void install(Sandbox box) throws IOException {
        log = Files.createTempFile("jrunc-serve", ".log");
        Path prefix = OciRuntime.executableUnderTest().getParent().getParent();
        Files.createDirectories(UNITS);
        for (String unit : new String[] {"jrunc.socket", "jrunc.service"}) {
            Path source = Path.of(System.getProperty("basedir", ".")).resolve("../scripts/systemd").resolve(unit);
            String text = Files.readString(source).replace("@PREFIX@", prefix.toString());
            Files.writeString(UNITS.resolve(unit), text.replace("serve --idle-exit 30m", "--debug --log " + log
                    + " serve --idle-exit " + IDLE.toSeconds() + "s"));
        }
        Shell.sh("systemctl daemon-reload && systemctl start jrunc.socket");
    }

    @AfterEach
    void remove() throws IOException {
        Shell.attempt("systemctl stop jrunc.socket jrunc.service");
        Files.deleteIfExists(UNITS.resolve("jrunc.socket"));
        Files.deleteIfExists(UNITS.resolve("jrunc.service"));
        Shell.attempt("rm -rf /run/jrunc/@warm; systemctl daemon-reload; systemctl reset-failed");
        Files.deleteIfExists(log);
    }

    private static String property(String name) {
        return Shell.sh("systemctl show --value --property " + name + " jrunc.service");
    }

    private long served() {
        return Long.parseLong(Shell.sh("grep -c ' is served: ' " + log + " || true"));
    }

    /** A command starts the server. Where that takes longer than a client waits, on an emulated machine, it goes cold. */
    private void activate(Sandbox box) {
        long before = served();
        box.runtime().command("state", "nosuch").run().failsWith("container does not exist");
        assertEquals("active", property("ActiveState"));
        Poll.until("the next one is served", () -> {
            box.runtime().command("state", "nosuch").run().failsWith("container does not exist");
            return served() > before;
        });
    }

    @Test
    void theFirstCommandStartsTheServerAndNoContainerDependsOnIt(Sandbox box) {
        assertEquals("inactive", property("ActiveState"));
        assertEquals("600 700", Shell.sh("stat -c %a /run/jrunc/@warm/socket /run/jrunc/@warm").replace('\n', ' '));
        activate(box);
        String first = property("MainPID");
        try (Container container = box.container(box.bundle().idle())) {
            container.create().ok();
            Shell.sh("systemctl restart jrunc.service");
            assertNotEquals(first, property("MainPID"));
            container.start().ok();
            assertEquals("running", container.status());
            assertTrue(container.init().alive());
            assertEquals("hello\n", container.execSh("echo hello"));
            long before = served();
            assertEquals("running", container.status());
            assertEquals(before + 1, served());

            assertTrue(Poll.within(IDLE.multipliedBy(2), () -> property("ActiveState").equals("inactive")),
                    () -> property("ActiveState"));
            assertEquals("success", property("Result"));
            assertTrue(container.init().alive());
            activate(box);
            assertEquals("running", container.status());
        }
    }
}
