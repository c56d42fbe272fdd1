package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    Path dir;

    @Test
    void keepsIntentsByKindAndInOrderOverALock() throws IOException {
        try (Journal journal = Journal.lock(dir.toFile())) {
            journal.intend("cgroup", "/a b");
            journal.intend("process", "17 4");
            journal.intend("cgroup", "/a b/c");
        }
        try (Journal journal = Journal.lock(dir.toFile())) {
            assertEquals(List.of("/a b", "/a b/c"), journal.intended("cgroup"));
            assertEquals(List.of("17 4"), journal.intended("process"));
            assertEquals(List.of(), journal.intended("unit"));
        }
    }

    @Test
    void leavesOutALastLineThatACrashCutOff() throws IOException {
        try (Journal journal = Journal.lock(dir.toFile())) {
            journal.intend("cgroup", "/whole");
        }
        Files.writeString(dir.resolve("journal"), "cgroup /ha", StandardOpenOption.APPEND);
        try (Journal journal = Journal.lock(dir.toFile())) {
            assertEquals(List.of("/whole"), journal.intended("cgroup"));
        }
    }

    @Test
    void isHeldByOneAtATime() throws Exception {
        Journal first = Journal.lock(dir.toFile());
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            try (Journal journal = Journal.lock(dir.toFile())) {
                return journal.intended("cgroup").contains("/made meanwhile");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        first.intend("cgroup", "/made meanwhile");
        first.close();
        assertTrue(second.get(5, TimeUnit.SECONDS));
    }

    @Test
    void isHeldAgainstOtherProcesses() throws IOException {
        Object inode = Files.getAttribute(Files.writeString(dir.resolve("journal"), ""), "unix:ino");
        String held = ".* WRITE " + ProcessHandle.current().pid() + " [^ ]*:" + inode + " .*";
        try (Journal journal = Journal.lock(dir.toFile())) {
            journal.intend("cgroup", "/a");
            assertTrue(Files.readAllLines(Path.of("/proc/locks")).stream().anyMatch(lock -> lock.matches(held)));
        }
        assertTrue(Files.readAllLines(Path.of("/proc/locks")).stream().noneMatch(lock -> lock.matches(held)));
    }

    @Test
    void noticesThatTheContainerWasDeletedAndAnotherOneMadeMeanwhile() throws Exception {
        Path path = dir.resolve("journal");
        CompletableFuture<Throwable> waiting;
        // Somebody else's lock: that of a Journal in this process would keep the other thread from opening the file.
        try (FileChannel first = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            first.lock();
            waiting = CompletableFuture.supplyAsync(
                    () -> assertThrows(IOException.class, () -> Journal.lock(dir.toFile()).close()));
            while (opened(path) < 2) {
                Thread.sleep(5);
            }
            Files.delete(path);
            Files.writeString(path, "journal of-another-container\n");
        }
        assertTrue(waiting.get(5, TimeUnit.SECONDS).getMessage().contains("deleted meanwhile"));
    }

    /** How many descriptors of this process lead to a file. */
    private static int opened(Path path) {
        int count = 0;
        File[] descriptors = new File("/proc/self/fd").listFiles();
        for (File descriptor : descriptors) {
            try {
                count += Files.readSymbolicLink(descriptor.toPath()).equals(path) ? 1 : 0;
            } catch (IOException closedMeanwhile) {
                continue;
            }
        }
        return count;
    }
}
