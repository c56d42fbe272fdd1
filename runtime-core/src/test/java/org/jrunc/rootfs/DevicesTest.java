package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jrunc.spec.Device;
import org.junit.jupiter.api.Test;

class DevicesTest extends RealMounts {

    private void device(String type, String path, long major, long minor, long mode, long uid, long gid) {
        container.spec().devices.add(new Device(type, path, major, minor,
                mode < 0 ? OptionalLong.empty() : OptionalLong.of(mode),
                uid < 0 ? OptionalLong.empty() : OptionalLong.of(uid),
                gid < 0 ? OptionalLong.empty() : OptionalLong.of(gid)));
    }

    private String stat(String path) throws IOException {
        return RootfsTest.run("stat", "-c", "%F %Hr:%Lr %a %u:%g", container.path(path).toString());
    }

    @Test
    void everyTypeOfDeviceIsMadeWithModeAndOwner() throws IOException {
        plain();
        device("c", "/dev/fuse", 10, 229, 438, -1, -1);
        device("u", "/dev/raw", 1, 5, 33188, 1000, 1001);
        device("b", "/dev/disk/by/loop", 7, 300000, 432, 0, 6);
        device("p", "/dev/pipe", 0, 0, -1, 5, 5);
        device("c", "/somewhere/else", 1, 3, 3072 | 420, 7, 7);
        container.build();
        assertEquals("character special file 10:229 666 0:0", stat("/dev/fuse"));
        assertEquals("character special file 1:5 644 1000:1001", stat("/dev/raw"));
        assertEquals("block special file 7:300000 660 0:6", stat("/dev/disk/by/loop"));
        assertTrue(stat("/dev/pipe").startsWith("fifo ") && stat("/dev/pipe").endsWith(" 666 5:5"),
                stat("/dev/pipe"));
        assertEquals("character special file 1:3 6644 7:7", stat("/somewhere/else"));
    }

    @Test
    void anEntryReplacesTheDefaultDevice() throws IOException {
        plain();
        device("c", "/dev//tty", 5, 0, 384, 3, 4);
        container.build();
        assertEquals("character special file 5:0 600 3:4", stat("/dev/tty"));
    }

    @Test
    void anExistingNodeThatMatchesIsKept() throws IOException {
        container = TestContainer.in(dir);
        Files.createDirectory(container.rootfs.resolve("dev"));
        RootfsTest.run("mknod", "-m", "600", container.rootfs.resolve("dev/null").toString(), "c", "1", "3");
        container.build();
        assertEquals("character special file 1:3 600 0:0", stat("/dev/null"));
    }

    @Test
    void anExistingNodeThatDoesNotMatchIsAnError() throws IOException {
        container = TestContainer.in(dir);
        Path dev = Files.createDirectory(container.rootfs.resolve("dev"));
        RootfsTest.run("mknod", dev.resolve("null").toString(), "c", "1", "5");
        assertFails("error creating device node \"/dev/null\": what is there is a character device 1:5, not a "
                + "character device 1:3 (default device)");
        Files.delete(dev.resolve("null"));
        Files.writeString(dev.resolve("null"), "");
        assertFails("what is there is a file, not a character device 1:3");
        Files.delete(dev.resolve("null"));
        Files.createSymbolicLink(dev.resolve("null"), Path.of("/etc/passwd"));
        assertFails("what is there is a symbolic link");
    }

    @Test
    void aDevThatIsALinkOutsideIsFollowedInside() throws IOException {
        Path outside = Files.createDirectory(dir.resolve("outside"));
        Files.createFile(outside.resolve("ptmx"));
        container = TestContainer.in(dir);
        Files.createSymbolicLink(container.rootfs.resolve("dev"), outside);
        container.build();
        assertTrue(Files.isRegularFile(outside.resolve("ptmx")));
        assertEquals(1, outside.toFile().list().length);
        assertEquals("character special file 1:3 666 0:0", stat(outside + "/null"));
    }

    @Test
    void whatIsInTheWayOfPtmxGoesAndOtherLinksStay() throws IOException {
        container = TestContainer.in(dir);
        Path dev = Files.createDirectory(container.rootfs.resolve("dev"));
        Files.writeString(dev.resolve("ptmx"), "x");
        Files.createSymbolicLink(dev.resolve("fd"), Path.of("elsewhere"));
        container.build();
        assertEquals("pts/ptmx", Files.readSymbolicLink(container.path("/dev/ptmx")).toString());
        assertEquals("elsewhere", Files.readSymbolicLink(container.path("/dev/fd")).toString());
    }

    @Test
    void aBoundDevIsLeftAlone() throws IOException {
        Path volume = Files.createDirectory(dir.resolve("volume"));
        container = TestContainer.in(dir).mount("", volume.toString(), "/dev/", "bind").build();
        assertEquals(0, volume.toFile().list().length);
    }

    @Test
    void inAUserNamespaceTheHostsNodeIsMounted() throws IOException {
        user();
        device("c", "/dev/fuse", 10, 229, -1, -1, -1);
        device("p", "/dev/pipe", 0, 0, -1, -1, -1);
        container.build();
        assertTrue(container.mountAt("/dev/fuse").contains(" /fuse /dev/fuse "), container.mountAt("/dev/fuse"));
        assertTrue(stat("/dev/fuse").startsWith("character special file 10:229"), stat("/dev/fuse"));
        assertTrue(stat("/dev/pipe").startsWith("fifo"), stat("/dev/pipe"));
    }

    @Test
    void inAUserNamespaceAnotherNodeOnTheHostIsAnError() {
        user();
        device("c", "/dev/full", 1, 9, -1, -1, -1);
        assertFails("error creating device node \"/dev/full\": the host's is a character device 1:7, not a character "
                + "device 1:9 (/linux/devices/0)");
    }

    @Test
    void inAUserNamespaceAMissingNodeIsAnError() {
        user();
        device("c", "/dev/jrunc-none", 1, 9, -1, -1, -1);
        assertFails("error creating device node \"/dev/jrunc-none\": no permission to make it", "ENOENT");
    }

    @Test
    void badEntriesAreNamed() {
        plain();
        device("x", "/dev/x", 1, 1, -1, -1, -1);
        assertFails("/linux/devices/0/type");
        container.spec().devices.clear();
        device("c", "dev/x", 1, 1, -1, -1, -1);
        assertFails("/linux/devices/0/path");
    }

    @Test
    void anEntryWithoutPathIsForTheCgroupOnly() {
        plain();
        device("c", "", 1, 1, -1, -1, -1);
        container.build();
        assertEquals(1, container.spec().devices.size());
    }

    @Test
    void deviceNumbersReadAsMajorAndMinor() {
        assertEquals("7:300000", DeviceNode.numbers(org.jrunc.kernel.Stat.makedev(7, 300000)));
        assertEquals("4095:255", DeviceNode.numbers(org.jrunc.kernel.Stat.makedev(4095, 255)));
    }
}
