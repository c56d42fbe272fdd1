package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is not served, or finds no server to trust, does without one: nothing fails, and nothing is said. */
@ExtendWith(NothingLeftExtension.class)
class WarmCallersTest {
    private static final Duration SHORT = Duration.ofSeconds(4);

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** A command that tells what it found. */
    private static Result state(OciRuntime runtime) {
        return runtime.command("state", "nosuch").run().failsWith("container does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"setpriv --bounding-set=-sys_boot", "setpriv --no-new-privs", "setpriv --groups=5",
        "setpriv --regid=1 --clear-groups", "setpriv --ruid=0 --groups=0,7", "unshare --uts", "unshare --ipc", "unshare --net",
        "unshare --mount", "unshare --cgroup", "unshare --pid --fork", "unshare --time --fork",
        "unshare --user --map-root-user", "chroot /run/other"})
    void whoIsNotTheServersEqualGoesCold(String by, Sandbox box) {
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            place.sh("mkdir /run/other; mount --rbind / /run/other");
            state(place.runtime(by.split(" ")));
            assertEquals(0, server.served());
            assertEquals(1, server.sentAway());
            state(place.runtime());
            assertEquals(1, server.served());
        }
    }

    /** As root has who has logged in, and as it is in a service of systemd. */
    @Test
    void theGroupOfItsOwnAmongTheOthersMakesNoDifference(Sandbox box) {
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            state(place.runtime("setpriv", "--clear-groups"));
            state(place.runtime("setpriv", "--groups=0"));
            assertEquals(2, server.served());
        }
    }

    @Test
    void whatTheServerDoesNotTakeGoesCold(Sandbox box) {
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            place.runtime().command("help").run().ok();
            place.runtime().command("completion", "bash").run().ok();
            place.runtime().command("--log", "/dev/stderr", "state", "nosuch").run().failsWith("does not exist");
            place.runtime().command("--log=/proc/self/fd/2", "state", "nosuch").run().failsWith("does not exist");
            assertEquals(0, server.served());
            assertEquals(4, server.sentAway());
        }
    }

    /** A user's server is below his XDG_RUNTIME_DIR: root's is not even asked. */
    @Test
    void anotherUserDoesNotKnowTheServer(Sandbox box) throws IOException {
        Path runtimeDirectory = box.newDirectory();
        Files.setPosixFilePermissions(runtimeDirectory, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            Path log = box.dir().resolve("user.log");
            OciRuntime user = place.runtime("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "env",
                    "XDG_RUNTIME_DIR=" + runtimeDirectory).withRoot(null);
            state(user);
            assertEquals(0, server.served() + server.sentAway(), log::toString);
        }
    }

    @Test
    void aUsersServerServesTheUser(Sandbox box) throws IOException {
        Path runtimeDirectory = box.newDirectory();
        Files.setPosixFilePermissions(runtimeDirectory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path log = runtimeDirectory.resolve("log");
        try (WarmPlace place = new WarmPlace(box)) {
            Path program = place.program("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "env",
                    "XDG_RUNTIME_DIR=" + runtimeDirectory);
            Path socket = runtimeDirectory.resolve("jrunc/@warm/socket");
            ServerProcess server = ServerProcess.start(List.of(program.toString(), "--debug", "--log",
                    log.toString(), "serve"), socket, log);
            try {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
                assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
                state(place.runtime().withExecutable(program).withRoot(null));
                assertEquals(1, server.served());
            } finally {
                server.kill();
            }
        }
    }

    @Test
    void itCanBeSwitchedOff(Sandbox box) {
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            place.runtime().command("state", "nosuch").env("JRUNC_WARM", "off").run().failsWith("does not exist");
            assertEquals(0, server.served() + server.sentAway());
            place.runtime().command("state", "nosuch").env("JRUNC_WARM", "on").run().failsWith("does not exist");
            assertEquals(1, server.served());
        }
    }

    @Test
    void withoutADirectoryAndWithAStaleSocketThingsGoOn(Sandbox box) throws IOException {
        try (WarmPlace place = new WarmPlace(box)) {
            state(place.runtime());
            assertFalse(Files.exists(place.path("/run/jrunc")));
            ServerProcess server = place.serve();
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(place.socket());
            assertEquals("rw-------", PosixFilePermissions.toString(permissions));
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(
                    place.socket().getParent())));
            server.kill();
            assertTrue(Files.exists(place.socket()));
            state(place.runtime());
            assertEquals(0, server.served());
            // The next server takes its place, and a third one does not.
            ServerProcess next = place.serve();
            place.runtime().command("serve").run().failsWith("a server listens on /run/jrunc/@warm/socket already");
            state(place.runtime());
            assertEquals(1, next.served());
        }
    }

    @Test
    void aServerThatCanNotListenSaysSo(Sandbox box) {
        try (WarmPlace place = new WarmPlace(box)) {
            place.sh("mount -o remount,ro /run");
            place.runtime().command("serve").run().failsWith("can not listen on /run/jrunc/@warm/socket", "EROFS");
            state(place.runtime());
        }
    }

    /** What a foreign program does with a client. */
    private interface Answer {
        void to(SocketChannel client) throws IOException, InterruptedException;
    }

    private static Duration afterForeign(WarmPlace place, Answer answer) throws Exception {
        Files.createDirectories(place.socket().getParent());
        Files.deleteIfExists(place.socket());
        try (ServerSocketChannel foreign = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            foreign.bind(UnixDomainSocketAddress.of(place.socket()));
            Thread thread = Thread.ofVirtual().start(() -> {
                try (SocketChannel client = foreign.accept()) {
                    answer.to(client);
                } catch (IOException | InterruptedException e) {
                    // The client has gone, as it should.
                    return;
                }
            });
            Result result = state(place.runtime());
            thread.join();
            return result.took();
        }
    }

    @Test
    void aForeignProgramIsLeftAlone(Sandbox box) throws Exception {
        try (WarmPlace place = new WarmPlace(box)) {
            Duration closed = afterForeign(place, client -> { });
            Duration garbage = afterForeign(place, client -> client.write(ByteBuffer.wrap("x".repeat(4000).getBytes())));
            Duration word = afterForeign(place, client -> client.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.nativeOrder()).putLong(0, 0x600000001000L)));
            for (Duration took : List.of(closed, garbage, word)) {
                assertTrue(took.compareTo(Poll.here(SHORT)) < 0, took::toString);
            }
            Duration silent = afterForeign(place, client -> {
                ByteBuffer read = ByteBuffer.allocate(64);
                while (client.read(read.clear()) >= 0) {
                    Thread.onSpinWait();
                }
            });
            assertTrue(silent.toMillis() >= 5000 && silent.toMillis() < 15_000, silent::toString);
        }
    }

    @Test
    void aSocketOfAnotherUserIsNotTrusted(Sandbox box) throws Exception {
        Needs.tool("perl");
        Path heard = box.newDirectory().resolve("heard");
        try (WarmPlace place = new WarmPlace(box)) {
            place.sh("mkdir -p /run/jrunc/@warm");
            // SO_PEERCRED tells who called listen(2).
            Process listener = new ProcessBuilder("perl", "-e", "use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0);"
                    + " bind(S, sockaddr_un($ARGV[0])) || die; $> = 1000; listen(S, 5) || die; $> = 0; open(F, '>', $ARGV[1]);"
                    + " accept(C, S); $n = sysread(C, $b, 64); print F \"heard \", $n + 0, \"\\n\"; close F; sleep 1;",
                    place.socket().toString(), heard.toString()).inheritIO().start();
            try {
                Poll.until("it listens", () -> Files.exists(heard));
                assertTrue(state(place.runtime()).took().compareTo(Poll.here(SHORT)) < 0);
                Poll.until("it has heard something", () -> Shell.attempt("test -s " + heard).exit() == 0);
                assertEquals("heard 0\n", Files.readString(heard));
            } finally {
                listener.destroyForcibly().waitFor();
            }
        }
    }

    /** An image that differs in nothing but the word by which builds know each other. */
    @Test
    void aClientOfAnotherBuildGoesCold(Sandbox box) throws IOException {
        Path image = OciRuntime.executableUnderTest().getParent().getParent();
        Path other = box.dir().resolve("other");
        Shell.sh("cp -a '" + image + "' '" + other + "'");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            Matcher hello = Pattern.compile("-Djrunc\\.hello=(-?\\d+)").matcher(server.proc().commandLine());
            assertTrue(hello.find(), () -> server.proc().commandLine());
            byte[] word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.parseLong(hello.group(1))).array();
            byte[] launcher = Files.readAllBytes(other.resolve("bin/jrunc"));
            int changed = 0;
            for (int i = 0; i + word.length <= launcher.length; i++) {
                if (Arrays.equals(launcher, i, i + word.length, word, 0, word.length)) {
                    launcher[i + 6]++;
                    changed++;
                }
            }
            assertEquals(1, changed);
            Files.write(other.resolve("bin/jrunc"), launcher);
            state(box.runtime().withExecutable(place.program(other.resolve("bin/jrunc"))));
            assertEquals(0, server.served());
            assertEquals(1, server.sentAway());
        }
    }
}
