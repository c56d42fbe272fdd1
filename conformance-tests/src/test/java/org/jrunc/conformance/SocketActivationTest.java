package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * {@code jrunc.socket} and {@code jrunc.service}, as {@code make install} installs them for the system's systemd and for
 * those of users, but for a shorter idle time.
 */
@ExtendWith(NothingLeftExtension.class)
class SocketActivationTest {
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final List<String> UNITS = List.of("jrunc.socket", "jrunc.service");

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.systemd();
    }

    @Test
    void theFirstCommandStartsTheServerAndNoContainerDependsOnIt(Sandbox box) throws IOException {
        try (Server server = new Server("/run/systemd/system", "", "systemctl", "/run", "root")) {
            server.serves(box.container(box.bundle().idle()), 0);
        }
    }

    @Test
    void aUsersFirstCommandStartsTheUsersServer(Sandbox box) throws IOException {
        Needs.tool("setpriv");
        try (SystemdUser lingering = SystemdUser.lingering()) {
            User user = lingering.user();
            String words = String.join(" ", user.prefix()) + " ";
            try (Server server = new Server("/run/systemd/user", words, "systemctl --user",
                    user.runtimeDir().toString(), user.name())) {
                OciRuntime runtime = box.runtime().withRoot(null).as(user);
                server.serves(new Container(runtime, lingering.bundle(box).idle(), box.newId()), user.uid());
            }
        }
    }

    /** The units in the hands of one systemd; closing it stops and removes them. */
    private static final class Server implements AutoCloseable {
        private final Path units;
        private final String systemctl;
        private final Path directory;
        private final String owner;
        private final Path log;

        /**
         * Installs the units and starts the socket.
         *
         * @param units      where this systemd finds units
         * @param as         what makes a command of root one of the owner
         * @param systemctl  the command that speaks to this systemd
         * @param runtimeDir where the owner has sockets
         */
        Server(String units, String as, String systemctl, String runtimeDir, String owner) throws IOException {
            this.units = Path.of(units);
            this.systemctl = as + systemctl;
            this.directory = Path.of(runtimeDir, "jrunc/@warm");
            this.owner = owner;
            this.log = Files.createTempFile("jrunc-serve", ".log");
            Shell.sh("chown " + owner + " " + log);
            Path prefix = OciRuntime.executableUnderTest().getParent().getParent();
            Files.createDirectories(this.units);
            for (String unit : UNITS) {
                Path source = Path.of(System.getProperty("basedir", ".")).resolve("../scripts/systemd").resolve(unit);
                String text = Files.readString(source).replace("@PREFIX@", prefix.toString());
                Files.writeString(this.units.resolve(unit), text.replace("serve --idle-exit 30m", "--debug --log " + log
                        + " serve --idle-exit " + IDLE.toSeconds() + "s"));
            }
            Shell.sh(this.systemctl + " daemon-reload; " + this.systemctl + " start jrunc.socket");
        }

        @Override
        public void close() throws IOException {
            Shell.attempt(systemctl + " stop " + String.join(" ", UNITS));
            for (String unit : UNITS) {
                Files.deleteIfExists(units.resolve(unit));
            }
            Shell.attempt("rm -rf " + directory + "; " + systemctl + " daemon-reload; " + systemctl + " reset-failed");
            Files.deleteIfExists(log);
        }

        private String property(String name) {
            return Shell.sh(systemctl + " show --value --property " + name + " jrunc.service");
        }

        private long served() {
            return Long.parseLong(Shell.sh("grep -c ' is served: ' " + log + " || true"));
        }

        /**
         * A command starts the server. Where that takes longer than a client waits, on an emulated machine, it goes
         * cold.
         */
        private void activate(OciRuntime runtime) {
            long before = served();
            runtime.command("state", "nosuch").run().failsWith("container does not exist");
            assertEquals("active", property("ActiveState"));
            Poll.until("the next one is served", () -> {
                runtime.command("state", "nosuch").run().failsWith("container does not exist");
                return served() > before;
            });
            assertEquals(owner, Shell.sh("stat -c %U /proc/" + property("MainPID")));
        }

        /**
         * The first command starts a server; a container is created by one server and lives through its restart and
         * its end for want of clients; and it can be had without.
         *
         * @param uid the container's root on the host
         */
        void serves(Container container, int uid) {
            assertEquals("inactive", property("ActiveState"));
            assertEquals("600 " + owner + " 700 " + owner,
                    Shell.sh("stat -c '%a %U' " + directory + "/socket " + directory).replace('\n', ' '));
            activate(container.runtime());
            String first = property("MainPID");
            try (container) {
                container.create().ok();
                assertEquals("1", Shell.sh("grep -c ' is served: .*create, ' " + log));
                Shell.sh(systemctl + " restart jrunc.service");
                assertNotEquals(first, property("MainPID"));
                container.start().ok();
                assertEquals("running", container.status());
                Proc init = container.init();
                assertEquals("" + uid, init.status("Uid").orElseThrow().split(" ")[0]);
                assertEquals("0\n", container.execSh("id -u"));
                canBeHadOrNot(container);

                assertTrue(Poll.within(IDLE.multipliedBy(2), () -> property("ActiveState").equals("inactive")),
                        () -> property("ActiveState"));
                assertEquals("success", property("Result"));
                assertTrue(init.alive());
                activate(container.runtime());
                assertEquals("running", container.status());
            }
        }

        private void canBeHadOrNot(Container container) {
            long before = served();
            assertEquals("running", container.status());
            assertEquals(before + 1, served());
            String program = container.runtime().executable().toString();
            String state = String.join(" ", container.runtime().command("state", container.id()).builder().command());
            String cold = Shell.sh(state.replace(program, "env JRUNC_WARM=off " + program));
            assertTrue(cold.contains("\"status\": \"running\""), cold);
            assertEquals(before + 1, served());
        }
    }
}
