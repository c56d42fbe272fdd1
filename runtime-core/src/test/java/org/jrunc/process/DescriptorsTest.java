package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.kernel.Stat;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;

class DescriptorsTest extends InContainer {

    @Test
    void theHostsDevNullIsReplacedByTheContainers() {
        hostDevNullAt(0);
        Stat host = stat(0);
        int[] pipe = container.kernel.pipe2(0);
        container.kernel.dup3(pipe[1], 1, 0);
        Stat other = stat(1);
        Stdio.reopenDevNull(container.kernel);
        assertNotEquals(host.dev(), stat(0).dev());
        assertTrue(stat(0).isCharDevice(1, 3));
        assertEquals(other, stat(1));
    }

    @Test
    void aFalseDevNullIsNotOpened() {
        hostDevNullAt(0);
        container.kernel.unlinkat(Kernel.AT_FDCWD, "/dev/null", 0);
        container.file("/dev/null", "", 0666);
        fails("error reopening /dev/null inside container: /dev/null of the container is not the character device 1:3",
                () -> Stdio.reopenDevNull(container.kernel));
    }

    @Test
    void streamsBelongToTheContainersUserButDevNullStaysAsItIs() {
        hostDevNullAt(0);
        int owner = stat(0).uid();
        int[] pipe = container.kernel.pipe2(0);
        container.kernel.dup3(pipe[1], 1, 0);
        container.kernel.close(2);
        Stdio.giveTo(container.kernel, 1000);
        assertEquals(owner, stat(0).uid());
        assertEquals(1000, stat(1).uid());
        assertEquals(0, stat(1).gid());
    }

    @Test
    void preservedDescriptorsMustBeOpen() {
        openInAgent(3, 4);
        assertEquals(5, of(Map.of(), 2).end());
        fails("unable to stat preserved-fd 2 (of 3): descriptor 5 is not open (fcntl: EBADF)", () -> of(Map.of(), 3));
    }

    @Test
    void descriptorsOfTheJvmAreNotTheCallers() {
        LibcKernel libc = new LibcKernel();
        fails("unable to stat preserved-fd ", () -> PreservedFds.of(libc, Map.of(), 1000));
        String message = assertThrows(RuntimeFailure.class, () -> PreservedFds.of(libc, Map.of(), 1000)).getMessage();
        assertTrue(message.contains("is not open"), message);
        container.kernel.dup3(container.kernel.openat(Kernel.AT_FDCWD, "/", 0x80000, 0), 3, 0x80000);
        fails("unable to stat preserved-fd 0 (of 1): descriptor 3 is not open in the caller", () -> of(Map.of(), 1));
    }

    @Test
    void socketActivationIsPassedOnOnlyIfItIsMeantForThisProcess() {
        openInAgent(3, 4, 5);
        String pid = Integer.toString(container.agent.pid());
        PreservedFds meant = of(Map.of("LISTEN_FDS", "2", "LISTEN_PID", pid), 1);
        assertEquals(List.of("LISTEN_FDS=2", "LISTEN_PID=1"), meant.environment());
        assertEquals(6, meant.end());
        PreservedFds other = of(Map.of("LISTEN_FDS", "2", "LISTEN_PID", "1"), 1);
        assertEquals(List.of(), other.environment());
        assertEquals(4, other.end());
        assertEquals(3, of(Map.of("LISTEN_FDS", "x", "LISTEN_PID", pid), 0).end());
        fails("unable to stat LISTEN_FDS descriptor 3 (of 4): descriptor 6 is not open",
                () -> of(Map.of("LISTEN_FDS", "4", "LISTEN_PID", pid), 0));
    }

    @Test
    void rangesLeaveOutTheSpared() {
        PreservedFds none = of(Map.of(), 0);
        assertRanges("[[3, 2147483647]]", none);
        assertRanges("[[4, 2147483647]]", none, 3);
        assertRanges("[[3, 4], [6, 8], [10, 2147483647]]", none, 9, 5);
        assertRanges("[[3, 4], [7, 2147483647]]", none, 5, 6, 5, 1);
    }

    @Test
    void everythingElseIsReallyClosed() {
        openInAgent(3, 4, 20, 300);
        int socket = container.kernel.remoteSocket();
        of(Map.of(), 1).closeOthers(container.kernel, socket, 20);
        TreeSet<Integer> expected = new TreeSet<>(List.of(0, 1, 2, 3, 20, socket));
        TreeSet<Integer> open = new TreeSet<>();
        for (String name : Path.of("/proc/" + container.agent.pid() + "/fd").toFile().list()) {
            open.add(Integer.valueOf(name));
        }
        assertEquals(expected, open);
    }

    private static void assertRanges(String expected, PreservedFds fds, int... spared) {
        assertEquals(expected, Arrays.deepToString(fds.ranges(spared)));
        assertArrayEquals(fds.ranges(spared), fds.ranges(spared));
    }

    private PreservedFds of(Map<String, String> environment, int count) {
        return PreservedFds.of(container.kernel, environment, count);
    }

    private void openInAgent(int... numbers) {
        container.kernel.closeRange(3, container.kernel.remoteSocket() - 1, 0);
        int fd = container.kernel.openat(Kernel.AT_FDCWD, "/", OpenFlags.O_DIRECTORY, 0);
        for (int number : numbers) {
            if (number != fd) {
                container.kernel.dup3(fd, number, 0);
            }
        }
        if (Arrays.stream(numbers).noneMatch(number -> number == fd)) {
            container.kernel.close(fd);
        }
    }

    private void hostDevNullAt(int fd) {
        int host = container.libc.openat(Kernel.AT_FDCWD, "/dev/null", OpenFlags.O_RDWR, 0);
        int remote = container.kernel.send(host);
        container.libc.close(host);
        container.kernel.dup3(remote, fd, 0);
        container.kernel.close(remote);
    }

    private Stat stat(int fd) {
        return container.kernel.statx(fd, "", OpenFlags.AT_EMPTY_PATH);
    }

    private static void fails(String text, Runnable action) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, action::run);
        assertTrue(e.getMessage().startsWith(text), e.getMessage());
    }
}
