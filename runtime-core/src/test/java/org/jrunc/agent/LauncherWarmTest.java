package org.jrunc.agent;

import static org.jrunc.agent.LauncherHarness.JVM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jrunc.agent.LauncherHarness.Ended;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Sockets;
import org.jrunc.kernel.Syscall;
import org.jrunc.process.TestSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The launcher and those who may listen where it looks for a warm brain. For root that is in /run: each launcher has a
 * mount namespace with a /run of its own.
 */
class LauncherWarmTest {

    private static final int USER = 1000;
    private static final int CONTROL = 64;
    private static final String WITH_RUN = "exec unshare --mount --propagation private sh -c 'mount -t tmpfs none /run"
            + " && mkdir -p /run/jrunc/@warm && mount --bind warm/jrunc/@warm /run/jrunc/@warm && exec JRUNC state'";
    private static final String AS_USER = "exec setpriv --reuid=" + USER + " --regid=" + USER + " --clear-groups"
            + " JRUNC state";

    @TempDir
    private Path directory;

    private final LibcKernel libc = new LibcKernel();
    private final List<Integer> open = new ArrayList<>();
    private LauncherHarness launcher;
    private int listener;

    /** A client's hello. */
    private record Hello(long word, long socket, List<String> descriptors) {
    }

    private void on(Abi abi) throws IOException {
        TestSpec.requireRoot();
        launcher = new LauncherHarness(directory, abi);
        Files.createDirectories(socket().getParent());
        for (String readable : List.of(".", "told", "told/fd", "warm")) {
            Files.setPosixFilePermissions(directory.resolve(readable), PosixFilePermissions.fromString("rwxrwxrwx"));
        }
    }

    private Path socket() {
        return directory.resolve("warm").resolve(WarmProtocol.SOCKET);
    }

    private Map<String, String> user() {
        return Map.of("XDG_RUNTIME_DIR", directory.resolve("warm").toString());
    }

    private int opened(int fd) {
        open.add(fd);
        return fd;
    }

    @AfterEach
    void closeAll() {
        open.forEach(libc::close);
    }

    /** Listens with the credentials of a user, which are those that clients see. */
    private void listen(int uid, int backlog) throws IOException {
        Files.deleteIfExists(socket());
        listener = opened(libc.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC, 0));
        libc.call(Syscall.BIND, Arg.of(listener), address(), Arg.of(110));
        Files.setPosixFilePermissions(socket(), PosixFilePermissions.fromString("rwxrwxrwx"));
        libc.call(Syscall.SETRESUID, Arg.of(-1), Arg.of(uid), Arg.of(-1));
        libc.call(Syscall.LISTEN, Arg.of(listener), Arg.of(backlog));
        libc.call(Syscall.SETRESUID, Arg.of(-1), Arg.of(0), Arg.of(-1));
    }

    private Block address() {
        byte[] path = socket().toString().getBytes();
        ByteBuffer address = ByteBuffer.allocate(110).order(ByteOrder.nativeOrder());
        return Block.in(address.putShort((short) Sockets.AF_UNIX).put(path).array());
    }

    private int accept() {
        assertTrue(libc.poll(listener, 1, 30_000) != 0, "nobody has connected");
        return opened((int) libc.call(Syscall.ACCEPT4, Arg.of(listener), Arg.none(), Arg.none(),
                Arg.of(Sockets.SOCK_CLOEXEC)));
    }

    private Hello hello(int client) throws IOException {
        Block payload = Block.out(64);
        Block control = Block.out(CONTROL);
        Block vector = Block.in(16).point(0, payload).u64(8, 64);
        Block header = Block.in(56).point(16, vector).u64(24, 1).point(32, control).u64(40, CONTROL);
        assertEquals(WarmProtocol.HELLO_BYTES, libc.invoke(Syscall.RECVMSG, Arg.of(client), header, Arg.of(0)));
        assertEquals(16 + 4 * WarmProtocol.DESCRIPTORS, control.u64(0));
        List<String> descriptors = new ArrayList<>();
        for (int i = 0; i < WarmProtocol.DESCRIPTORS; i++) {
            int fd = opened(control.u32(16 + 4 * i));
            descriptors.add(Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString());
        }
        return new Hello(payload.u64(0), payload.u64(8), descriptors);
    }

    private void assertHello(int client) throws IOException {
        Hello hello = hello(client);
        assertEquals(LauncherHarness.HELLO, hello.word);
        assertTrue(hello.socket > 2 && hello.socket < 20, hello.toString());
        Path real = directory.toRealPath();
        assertEquals(List.of("/dev/zero", real + "/out", real + "/err", real.toString()), hello.descriptors);
    }

    private Process start(String script) throws IOException {
        return launcher.start(user(), List.of("/bin/sh", "-c", script.replace("JRUNC ", launcher.shell() + " ")));
    }

    private void assertCold(Process process) throws Exception {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(JVM, process.exitValue(), Files.readString(directory.resolve("err")));
        assertEquals(directory.toRealPath().toString(), launcher.link("cwd"));
        assertEquals("", launcher.link("fd/3"));
    }

    private static byte[] word(long word) {
        return ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(word).array();
    }

    /** What a peer answers. */
    private interface Answer {
        void to(int client) throws IOException;
    }

    private void assertColdAfter(Answer answer) throws Exception {
        for (String script : List.of(WITH_RUN, AS_USER)) {
            listen(script.equals(AS_USER) ? USER : 0, 10);
            Process process = start(script);
            int client = accept();
            answer.to(client);
            assertCold(process);
        }
    }

    private void send(int client, byte[] bytes) {
        libc.call(Syscall.SENDTO, Arg.of(client), Block.in(bytes), Arg.of(bytes.length), Arg.of(0), Arg.none(),
                Arg.none());
    }

    @ParameterizedTest
    @EnumSource
    void goesColdWhenItIsToldTo(Abi abi) throws Exception {
        on(abi);
        assertColdAfter(client -> {
            assertHello(client);
            send(client, word(WarmProtocol.GO_COLD));
        });
    }

    @ParameterizedTest
    @EnumSource
    void goesColdWhenItsPeerCloses(Abi abi) throws Exception {
        on(abi);
        assertColdAfter(libc::close);
        open.clear();
        assertColdAfter(client -> {
            assertHello(client);
            libc.call(Syscall.SHUTDOWN, Arg.of(client), Arg.of(2));
        });
    }

    @ParameterizedTest
    @EnumSource
    void goesColdOnGarbage(Abi abi) throws Exception {
        on(abi);
        long there = Region.BASE + 64;
        for (byte[] garbage : List.of(word(-1), word(42), word(there), word(Long.MIN_VALUE + Region.BASE),
                word(Long.MIN_VALUE), new byte[3], word(Region.BASE - 8), "HTTP/1.0 400 Bad Request\r\n".getBytes())) {
            assertColdAfter(client -> send(client, garbage));
        }
        int null1 = opened(libc.openat(Kernel.AT_FDCWD, "/dev/null", OpenFlags.O_CLOEXEC, 0));
        try (Region region = new Region(libc)) {
            for (long outside : new long[] {0, 42, -1, Long.MIN_VALUE, Region.BASE - 8, Region.BASE + Region.SIZE,
                Region.BASE + Region.SIZE - 64, Region.BASE + (1L << 32), Long.MIN_VALUE + Region.BASE}) {
                assertColdAfter(client -> libc.sendDescriptor(client, word(outside), region.fd()));
            }
            assertColdAfter(client -> libc.sendDescriptor(client, new byte[7], region.fd()));
            // No memory.
            assertColdAfter(client -> libc.sendDescriptor(client, word(there), null1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesColdWhenNothingIsAnswered(Abi abi) throws Exception {
        on(abi);
        long start = System.nanoTime();
        listen(0, 10);
        Process process = start(WITH_RUN);
        assertHello(accept());
        assertCold(process);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        assertTrue(seconds >= WarmProtocol.TIMEOUT_SECONDS && seconds < 20, seconds + " s");
    }

    @ParameterizedTest
    @EnumSource
    void goesColdWhenNobodyAccepts(Abi abi) throws Exception {
        on(abi);
        listen(0, 0);
        int full = opened(libc.socket(Sockets.AF_UNIX, Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC, 0));
        libc.call(Syscall.CONNECT, Arg.of(full), address(), Arg.of(110));
        assertCold(start(WITH_RUN));
    }

    @ParameterizedTest
    @EnumSource
    void goesColdWhenNobodyListens(Abi abi) throws Exception {
        on(abi);
        assertCold(start(WITH_RUN));
        assertCold(start(AS_USER));
        listen(0, 1);
        libc.close(listener);
        open.clear();
        // A socket's file that has outlived its socket.
        assertTrue(Files.exists(socket()));
        assertCold(start(WITH_RUN));
        assertCold(start(AS_USER));
        assertCold(start(AS_USER.replace("setpriv", "env -u XDG_RUNTIME_DIR setpriv")));
        assertCold(start(AS_USER.replace("setpriv", "env XDG_RUNTIME_DIR= setpriv")));
    }

    @ParameterizedTest
    @EnumSource
    void tellsNothingToAnotherUser(Abi abi) throws Exception {
        on(abi);
        for (String script : List.of(WITH_RUN, AS_USER)) {
            listen(script.equals(AS_USER) ? 0 : USER, 10);
            Process process = start(script);
            int client = accept();
            assertCold(process);
            assertEquals(0, libc.read(client, 64).length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesNotConnectWhenItIsSwitchedOff(Abi abi) throws Exception {
        on(abi);
        for (String script : List.of(WITH_RUN, AS_USER)) {
            listen(script.equals(AS_USER) ? USER : 0, 10);
            assertCold(start(script.replace("exec JRUNC", "exec env " + WarmProtocol.OFF + " JRUNC")
                    .replace("clear-groups", "clear-groups env " + WarmProtocol.OFF)));
            assertEquals(0, libc.poll(listener, 1, 0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void staysColdWhereThereIsNoWayBack(Abi abi) throws Exception {
        on(abi);
        listen(USER, 10);
        Path closed = Files.createDirectory(directory.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        Process process = start("cd closed; " + AS_USER);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(JVM, process.exitValue());
        assertEquals(closed.toRealPath().toString(), launcher.link("cwd"));
        assertEquals(0, libc.poll(listener, 1, 0));
    }

    @ParameterizedTest
    @EnumSource
    void isTheHandsOfItsBrain(Abi abi) throws Exception {
        on(abi);
        for (String script : List.of(WITH_RUN, AS_USER)) {
            listen(script.equals(AS_USER) ? USER : 0, 10);
            Process process = start(script);
            int client = accept();
            int remote = (int) hello(client).socket;
            try (Region region = new Region(libc)) {
                Space lane = region.smallLane();
                Mailbox mailbox = new Mailbox(abi, lane, remote, "");
                libc.sendDescriptor(client, word(mailbox.done().address()), region.fd());
                assertEquals(1, libc.receiveByte(client));
                assertEquals(List.of("0", "1", "2", Integer.toString(remote)), descriptors(process));
                Chain chain = new Chain(abi, lane);
                chain.add(Syscall.WRITE, Arg.of(1), Block.in("served".getBytes()), Arg.of(6));
                Step exit = new Step(lane).call(abi, Syscall.EXIT_GROUP, Arg.of(7));
                chain.end(exit.then(exit));
                libc.sendWord(client, chain.first().address());
                assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            }
            assertEquals(new Ended(7, "served", ""), new Ended(process.exitValue(),
                    Files.readString(directory.resolve("out")), Files.readString(directory.resolve("err"))));
        }
    }

    /** Of a process, without those that qemu-user has for itself. */
    private static List<String> descriptors(Process process) throws IOException {
        List<String> numbers = new ArrayList<>();
        try (var links = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            for (Path link : links.sorted().toList()) {
                if (!Files.readSymbolicLink(link).toString().endsWith("/jrunc")) {
                    numbers.add(link.getFileName().toString());
                }
            }
        }
        return numbers;
    }
}
