package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jrunc.kernel.Arg;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;

class ConsoleTest extends RealMounts {

    private static final long TIOCGPTPEER = 0x5441;
    private static final long TIOCSPTLCK = 0x40045431;
    private static final int FLAGS = OpenFlags.O_RDWR | OpenFlags.O_NOCTTY | OpenFlags.O_CLOEXEC;

    private Rootfs rootfs;

    /** A pseudo terminal of the container's devpts; the slave. */
    private int pivotAndOpen(String ptmx) {
        rootfs = container.rootfs(false);
        rootfs.prepare();
        rootfs.mountAll();
        rootfs.devices();
        int early = ptmx.startsWith("host:") ? open(ptmx.substring(5)) : -1;
        rootfs.pivot();
        return early >= 0 ? early : open(ptmx);
    }

    private int open(String ptmx) {
        Kernel kernel = container.kernel();
        int master = kernel.openat(Kernel.AT_FDCWD, ptmx, FLAGS, 0);
        kernel.ioctl(master, TIOCSPTLCK, org.jrunc.kernel.Block.in(4));
        return kernel.ioctl(master, TIOCGPTPEER, Arg.of(FLAGS));
    }

    @Test
    void theTerminalIsOnDevConsole() throws IOException {
        plain().mount("devpts", "devpts", "/dev/pts", "newinstance", "ptmxmode=0666", "mode=0620");
        container.spec().readonlyRoot = true;
        int slave = pivotAndOpen("/dev/pts/ptmx");
        int before = container.descriptors();
        rootfs.bindConsole(slave);
        assertEquals(before, container.descriptors());
        rootfs.finish();
        assertTrue(container.mountAt("/dev/console").contains(" /0 /dev/console "), container.mountAt("/dev/console"));
        assertEquals("character special file 136:0",
                RootfsTest.run("stat", "-c", "%F %Hr:%Lr", container.path("/dev/console").toString()));
    }

    @Test
    void withoutATmpfsOnDevAFileIsMade() throws IOException {
        container = TestContainer.in(dir).mount("devpts", "devpts", "/dev/pts", "newinstance", "ptmxmode=0666");
        rootfs = null;
        int slave = pivotAndOpen("/dev/pts/ptmx");
        rootfs.bindConsole(slave);
        assertTrue(Files.isRegularFile(container.rootfs.resolve("dev/console")));
    }

    @Test
    void onAReadOnlyFileSystemThereIsAWarning() {
        plain().mount("devpts", "devpts", "/dev/pts", "newinstance", "ptmxmode=0666");
        int slave = pivotAndOpen("/dev/pts/ptmx");
        int dev = container.kernel().openat(Kernel.AT_FDCWD, "/dev", OpenFlags.O_PATH, 0);
        new MountAttributes(container.kernel()).readOnly(dev);
        rootfs.bindConsole(slave);
        assertEquals(1, container.warnings.size(), container.warnings.toString());
        assertEquals("", container.mountAt("/dev/console"));
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        plain().mount("devpts", "devpts", "/dev/pts", "newinstance", "ptmxmode=0666");
        int slave = pivotAndOpen("/dev/pts/ptmx");
        Files.createSymbolicLink(container.path("/dev/console"), Path.of("/bin/busybox"));
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> rootfs.bindConsole(slave));
        assertTrue(e.getMessage().contains("is a symbolic link"), e.getMessage());
        assertEquals("", container.mountAt("/bin/busybox"));
    }

    @Test
    void whatIsNoTerminalIsRefused() {
        plain();
        rootfs = container.rootfs(false);
        rootfs.prepare();
        rootfs.mountAll();
        rootfs.devices();
        rootfs.pivot();
        int file = container.kernel().openat(Kernel.AT_FDCWD, "/bin/busybox", OpenFlags.O_RDONLY, 0);
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> rootfs.bindConsole(file));
        assertTrue(e.getMessage().contains("not a pseudo terminal"), e.getMessage());
    }

    @Test
    void theHostsTerminalIsExplained() {
        plain();
        int slave = pivotAndOpen("host:/dev/ptmx");
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> rootfs.bindConsole(slave));
        assertTrue(e.getMessage().contains("the container's own /dev/pts"), e.getMessage());
    }
}
