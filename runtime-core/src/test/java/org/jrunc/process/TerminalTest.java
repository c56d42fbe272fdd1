package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Block;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.MountFlags;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;
import org.jrunc.kernel.Syscall;
import org.jrunc.kernel.Tty;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Box;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalTest extends InContainer {

    @BeforeEach
    void prepare() {
        container.kernel.setsid();
    }

    @Test
    void becomesTheStandardStreamsAndTheControllingTerminal() throws IOException {
        Terminal terminal = Terminal.open(container.kernel, 1000, Optional.of(new Box(24, 80)));
        assertEquals("/dev/pts/0", terminal.name());
        int master = container.kernel.fetch(terminal.master());
        terminal.attach();
        for (int fd = 0; fd < 3; fd++) {
            Stat stat = container.kernel.statx(fd, "", OpenFlags.AT_EMPTY_PATH);
            assertTrue(stat.isCharDevice(136, 0));
            assertEquals(1000, stat.uid());
        }
        Block size = Block.out(8);
        container.kernel.ioctl(0, Tty.TIOCGWINSZ, size);
        assertEquals(24, size.u16(0));
        assertEquals(80, size.u16(2));
        assertNotEquals("0", container.proc("stat").split("\\) ")[1].split(" ")[4], "no controlling terminal");
        container.libc.write(master, "typed\n".getBytes());
        assertEquals("typed\n", new String(container.kernel.read(0, 100)));
        container.libc.close(master);
    }

    @Test
    void keepsNoOtherDescriptorOfTheTerminal() {
        Set<String> before = descriptors(container.agent.pid());
        Terminal terminal = Terminal.open(container.kernel, 0, Optional.empty());
        // With the last descriptor of the master the session would get a SIGHUP.
        int master = container.kernel.fetch(terminal.master());
        terminal.attach();
        assertEquals(before, descriptors(container.agent.pid()));
        container.libc.close(master);
    }

    @Test
    void goesToTheConsoleSocketInOneMessage(@TempDir Path dir) throws IOException {
        exchange(dir.resolve("console.sock"));
    }

    @Test
    void goesToASocketWhosePathIsTooLongForAnAddress(@TempDir Path dir) throws IOException {
        Path deep = Files.createDirectories(dir.resolve("d".repeat(120)));
        Path near = dir.resolve("near.sock");
        exchange(near, deep.resolve("console.sock"));
    }

    private void exchange(Path path) throws IOException {
        exchange(path, path);
    }

    private void exchange(Path bound, Path path) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(bound));
            if (!bound.equals(path)) {
                Files.createLink(path, bound);
            }
            try (ConsoleSocket socket = ConsoleSocket.connect(container.libc, path.toString())) {
                Terminal terminal = Terminal.open(container.kernel, 0, Optional.empty());
                int master = container.kernel.fetch(terminal.master());
                terminal.attach();
                socket.send(master, terminal);
                container.libc.close(master);
            }
            Set<String> before = descriptors(container.libc.getpid());
            try (SocketChannel connection = server.accept()) {
                Set<String> added = descriptors(container.libc.getpid());
                added.removeAll(before);
                receive(Integer.parseInt(added.iterator().next()));
                assertTrue(connection.isOpen());
            }
        }
    }

    private void receive(int socket) {
        Block payload = Block.out(4096);
        Block control = Block.out(64);
        Block header = Block.out(56).point(16, Block.in(16).point(0, payload).u64(8, 4096)).u64(24, 1)
                .point(32, control).u64(40, 64);
        long length = container.libc.call(Syscall.RECVMSG, Arg.of(socket), header, Arg.of(0x40000000));
        assertEquals("/dev/pts/0", payload.text((int) length));
        assertEquals(20, control.u64(0), "one descriptor");
        int master = control.u32(16);
        container.kernel.write(1, "hello\n".getBytes());
        assertEquals("hello\r\n", new String(container.libc.read(master, 100)));
        container.libc.close(master);
        assertEquals(0, container.libc.read(socket, 1).length, "one message");
    }

    @Test
    void saysWhatIsWrongWithTheConsoleSocket(@TempDir Path dir) throws IOException {
        fails("unable to connect to the console socket: --console-socket " + dir
                + "/none: connect: ENOENT (there is no",
                () -> ConsoleSocket.connect(container.libc, dir + "/none"));
        Path dead = dir.resolve("dead.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(dead));
        }
        fails("unable to connect to the console socket: --console-socket " + dead + ": connect: ECONNREFUSED (nobody",
                () -> ConsoleSocket.connect(container.libc, dead.toString()));
    }

    @Test
    void wantsAConsoleSocketExactlyWhenDetachedWithATerminal() {
        ConsoleSocket.check(true, true, true);
        ConsoleSocket.check(true, false, false);
        ConsoleSocket.check(false, true, false);
        fails("cannot allocate tty if runc will detach without setting console socket",
                () -> ConsoleSocket.check(true, true, false));
        fails("cannot use console socket if runc will not detach or allocate tty",
                () -> ConsoleSocket.check(false, true, true));
        fails("cannot use console socket if runc will not detach or allocate tty",
                () -> ConsoleSocket.check(true, false, true));
    }

    @Test
    void refusesAPtmxWithSomethingMountedOverIt() {
        container.kernel.mount("/dev/null", "/dev/pts/ptmx", "", MountFlags.MS_BIND, "");
        fails("unable to allocate a terminal: /process/terminal: openat2(", this::open);
        fails("unable to allocate a terminal: /process/terminal: openat2(", this::open);
    }

    @Test
    void refusesADirectoryThatIsNoDevpts() {
        container.kernel.umount2("/dev/pts", MountFlags.MNT_DETACH);
        container.kernel.mknodat(Kernel.AT_FDCWD, "/dev/pts/ptmx", Stat.S_IFCHR | 0666, Stat.makedev(5, 2));
        fails("unable to allocate a terminal: /process/terminal needs a devpts at /dev/pts, what is there is another",
                this::open);
        container.kernel.unlinkat(Kernel.AT_FDCWD, "/dev/pts/ptmx", 0);
        container.kernel.unlinkat(Kernel.AT_FDCWD, "/dev/pts", OpenFlags.AT_REMOVEDIR);
        fails("unable to allocate a terminal: /process/terminal needs a devpts at /dev/pts, see /mounts: openat2(",
                this::open);
    }

    private void open() {
        Terminal.open(container.kernel, 0, Optional.empty());
    }

    private static Set<String> descriptors(int pid) {
        Set<String> names = new TreeSet<>(List.of(Path.of("/proc/" + pid + "/fd").toFile().list()));
        // One of them was that of the listing itself.
        names.removeIf(name -> !Files.exists(Path.of("/proc/" + pid + "/fd/" + name), LinkOption.NOFOLLOW_LINKS));
        return names;
    }

    private static void fails(String text, Runnable action) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, action::run);
        assertTrue(e.getMessage().startsWith(text), e.getMessage());
    }
}
