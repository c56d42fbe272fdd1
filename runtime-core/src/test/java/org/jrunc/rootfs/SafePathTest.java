package org.jrunc.rootfs;

import static org.jrunc.kernel.OpenFlags.*;
import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.KernelException;
import org.jrunc.kernel.LibcKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafePathTest {

    @TempDir
    private Path dir;
    private Path root;
    private final LibcKernel libc = new LibcKernel();
    private SafePath paths;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(dir.toRealPath().resolve("root"));
        Files.createDirectory(dir.resolve("outside"));
        paths = new SafePath(libc, libc.openat(Kernel.AT_FDCWD, root.toString(), O_PATH | O_CLOEXEC, 0));
    }

    @AfterEach
    void close() throws IOException {
        libc.close(paths.root());
        try (var outside = Files.list(dir.resolve("outside"))) {
            assertEquals(0, outside.count(), "something was made outside");
        }
    }

    private Path of(SafePath.Place place) {
        Path path = Path.of(libc.readlinkat(Kernel.AT_FDCWD, "/proc/self/fd/" + place.fd()));
        libc.close(place.fd());
        assertEquals(root.resolve(place.path().substring(1)).normalize(), path, "the path told is the path opened");
        return root.relativize(path);
    }

    @Test
    void makesDirectoriesWithTheirParents() {
        SafePath.Place place = paths.directory("/a/b/c");
        assertTrue(place.created());
        assertEquals(Path.of("a/b/c"), of(place));
        assertFalse(paths.directory("a//b/./c/").created());
        assertTrue(Files.isDirectory(root.resolve("a/b/c")));
    }

    @Test
    void makesAFileWithItsParents() {
        assertEquals(Path.of("etc/hosts"), of(paths.file("/etc/hosts")));
        assertTrue(Files.isRegularFile(root.resolve("etc/hosts")));
        assertFalse(paths.file("/etc/hosts").created());
    }

    @Test
    void linksStayInside() throws IOException {
        Files.createSymbolicLink(root.resolve("absolute"), dir.resolve("outside"));
        Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../.." + dir.resolve("outside")));
        Files.createSymbolicLink(root.resolve("top"), Path.of("/"));
        assertEquals(root.relativize(root.resolve(dir.resolve("outside").toString().substring(1)).resolve("x")),
                of(paths.directory("/absolute/x")));
        assertEquals(of(paths.directory("/absolute/y")), of(paths.directory("/up/y")));
        assertEquals(Path.of("z"), of(paths.directory("/top/top/z")));
        assertEquals(Path.of("f"), of(paths.file("/top/f")));
        assertEquals(Path.of("g"), of(paths.directory("/../../g")));
        assertEquals(Path.of(""), of(paths.directory("/top")));
        assertEquals("/", paths.directory("/top/..").path());
    }

    @Test
    void linksToNothingAreFollowedAndTheirTargetIsMade() throws IOException {
        Files.createSymbolicLink(root.resolve("run"), Path.of("/var/run"));
        Files.createSymbolicLink(root.resolve("b"), Path.of("missing/../other"));
        assertEquals(Path.of("var/run/secrets"), of(paths.directory("/run/secrets")));
        assertEquals(Path.of("var/run/file"), of(paths.file("/run/file")));
        assertEquals(Path.of("other"), of(paths.directory("/b")));
        assertFalse(Files.exists(root.resolve("missing"), LinkOption.NOFOLLOW_LINKS));
        Files.createSymbolicLink(root.resolve("hosts"), Path.of("etc/hosts"));
        assertEquals(Path.of("etc/hosts"), of(paths.file("/hosts")));
        assertTrue(Files.isRegularFile(root.resolve("etc/hosts")));
    }

    @Test
    void endlessLinksEnd() throws IOException {
        Files.createSymbolicLink(root.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(root.resolve("b"), Path.of("a"));
        KernelException e = assertThrows(KernelException.class, () -> paths.directory("/a/x"));
        assertEquals(Errno.ELOOP, e.errno());
    }

    @Test
    void aFileOnTheWayIsAnError() throws IOException {
        Files.createFile(root.resolve("file"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("file"));
        assertEquals(Errno.ENOTDIR,
                assertThrows(KernelException.class, () -> paths.directory("/file/x")).errno());
        assertEquals(Errno.ENOTDIR,
                assertThrows(KernelException.class, () -> paths.directory("/link/x")).errno());
    }

    @Test
    void keepsNoDescriptor() throws IOException {
        Files.createSymbolicLink(root.resolve("run"), Path.of("/var/run"));
        Files.createFile(root.resolve("file"));
        int before = Path.of("/proc/self/fd").toFile().list().length;
        libc.close(paths.directory("/run/a/b/c").fd());
        libc.close(paths.directory("/run/a/b/c").fd());
        assertThrows(KernelException.class, () -> paths.directory("/run/../../file/x"));
        assertThrows(KernelException.class, () -> paths.open("/nothing", 0));
        assertEquals(before, Path.of("/proc/self/fd").toFile().list().length);
    }

    @Test
    void nobodySwappingDirectoriesForLinksGetsAnythingMadeOutside() throws Exception {
        Path swapped = Files.createDirectory(root.resolve("swap"));
        Path link = root.resolve("link");
        Files.createSymbolicLink(link, dir.resolve("outside"));
        boolean[] stop = new boolean[1];
        LibcKernel attackers = new LibcKernel();
        Thread attacker = new Thread(() -> {
            while (!stop[0]) {
                // RENAME_EXCHANGE.
                attackers.renameat2(Kernel.AT_FDCWD, swapped.toString(), Kernel.AT_FDCWD, link.toString(), 2);
            }
        });
        attacker.start();
        for (int i = 0; i < 3000; i++) {
            try {
                libc.close(paths.directory("/swap/" + i + "/x").fd());
                libc.close(paths.file("/swap/file" + i).fd());
            } catch (KernelException e) {
                // Noticed.
                assertTrue(e.is(Errno.ELOOP) || e.is(Errno.ENOTDIR) || e.is(Errno.ENOENT) || e.is(Errno.EAGAIN)
                        || e.is(Errno.EXDEV) || e.is(Errno.EEXIST), e.getMessage());
            }
        }
        stop[0] = true;
        attacker.join();
    }

    @Test
    void cleanIsLexical() {
        assertEquals("/", SafePath.clean(""));
        assertEquals("/", SafePath.clean("/../.."));
        assertEquals("/a/c", SafePath.clean("a//b/../c/."));
        assertTrue(SafePath.isWithin("/proc/x", "/proc"));
        assertTrue(SafePath.isWithin("/proc", "/proc"));
        assertFalse(SafePath.isWithin("/process", "/proc"));
        assertTrue(SafePath.isWithin("/x", "/"));
    }
}
