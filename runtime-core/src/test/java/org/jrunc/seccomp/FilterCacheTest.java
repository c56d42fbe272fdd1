package org.jrunc.seccomp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.process.TestSpec;
import org.jrunc.report.RuntimeLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilterCacheTest {

    private static final byte[] KEY = "a profile".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PROGRAM = {6, 0, 0, 0, 0, 0, -1, 127};

    @TempDir
    Path root;

    private final LibcKernel libc = new LibcKernel();
    private final List<String> warnings = new ArrayList<>();
    private FilterCache cache;

    @BeforeEach
    void cache() {
        cache = new FilterCache(libc, root.toString(), TestSpec.collecting(RuntimeLog.Level.WARNING, warnings));
    }

    private Path only() throws IOException {
        try (var files = Files.list(root.resolve(FilterCache.DIRECTORY))) {
            return files.toList().getFirst();
        }
    }

    @Test
    void findsWhatItKeepsAndNothingElse() {
        assertTrue(cache.find(KEY).isEmpty());
        cache.keep(KEY, PROGRAM, 5);
        SeccompFilter found = cache.find(KEY).orElseThrow();
        assertArrayEquals(PROGRAM, found.program());
        assertEquals(5, found.flags());
        assertTrue(cache.find("a profilf".getBytes(StandardCharsets.UTF_8)).isEmpty());
        assertEquals(List.of(), warnings);
    }

    @Test
    void onlyTheOwnerCanReadOrWriteIt() throws IOException {
        cache.keep(KEY, PROGRAM, 5);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(
                root.resolve(FilterCache.DIRECTORY))));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(only())));
    }

    @Test
    void isNotUsedWhenOthersCouldWriteIt() throws IOException {
        cache.keep(KEY, PROGRAM, 5);
        Files.setPosixFilePermissions(root.resolve(FilterCache.DIRECTORY),
                PosixFilePermissions.fromString("rwxrwx---"));
        assertTrue(cache.find(KEY).isEmpty());
        assertTrue(warnings.getFirst().contains("mode 770"), warnings.toString());
    }

    @Test
    void anEntryOfAnotherUserIsNotUsed() throws IOException {
        TestSpec.requireRoot();
        cache.keep(KEY, PROGRAM, 5);
        libc.fchownat(-100, only().toString(), 1000, 1000, 0);
        assertTrue(cache.find(KEY).isEmpty());
        assertTrue(warnings.getFirst().contains("belongs to uid 1000"), warnings.toString());
    }

    @Test
    void isNotUsedWhenItIsAnothersOrASymlink() throws IOException {
        TestSpec.requireRoot();
        cache.keep(KEY, PROGRAM, 5);
        Path directory = root.resolve(FilterCache.DIRECTORY);
        libc.fchownat(-100, directory.toString(), 1000, 1000, 0);
        assertTrue(cache.find(KEY).isEmpty());
        assertTrue(warnings.getFirst().contains("belongs to uid 1000"), warnings.toString());
        libc.fchownat(-100, directory.toString(), 0, 0, 0);
        assertTrue(cache.find(KEY).isPresent());
        Files.move(directory, root.resolve("elsewhere"));
        Files.createSymbolicLink(directory, root.resolve("elsewhere"));
        assertTrue(cache.find(KEY).isEmpty());
    }

    @Test
    void aDamagedEntryDoesNotCount() throws IOException {
        cache.keep(KEY, PROGRAM, 5);
        byte[] entry = Files.readAllBytes(only());
        Path file = only();
        for (int size : new int[] {0, 10, entry.length - 1}) {
            Files.write(file, Arrays.copyOf(entry, size));
            assertTrue(cache.find(KEY).isEmpty());
        }
        for (int i = 0; i < entry.length; i++) {
            entry[i] ^= 1;
            Files.write(file, entry);
            assertEquals(Optional.empty(), cache.find(KEY), "byte " + i);
            entry[i] ^= 1;
        }
        cache.keep(KEY, PROGRAM, 5);
        assertTrue(cache.find(KEY).isPresent());
    }

    @Test
    void doesNotGrowForEver() throws IOException {
        for (int i = 0; i < 100; i++) {
            cache.keep(("profile " + i).getBytes(StandardCharsets.UTF_8), PROGRAM, 0);
        }
        try (var files = Files.list(root.resolve(FilterCache.DIRECTORY))) {
            assertTrue(files.count() <= 70);
        }
    }

    @Test
    void twoKeysWithOneNameAreToldApart() throws IOException {
        // The same length and CRC-32.
        byte[] one = "plumless".getBytes(StandardCharsets.UTF_8);
        byte[] other = "buckeroo".getBytes(StandardCharsets.UTF_8);
        cache.keep(one, PROGRAM, 0);
        Path file = only();
        assertTrue(cache.find(other).isEmpty());
        cache.keep(other, PROGRAM, 0);
        assertEquals(file, only(), "both have one name");
        assertTrue(cache.find(other).isPresent());
        assertTrue(cache.find(one).isEmpty());
    }

    @Test
    void whatAnInterruptedOneHasLeftIsNoObstacle() throws IOException {
        cache.keep(KEY, PROGRAM, 0);
        Path left = Files.move(only(), only().resolveSibling("new-" + ProcessHandle.current().pid()));
        Files.write(left, new byte[100_000]);
        cache.keep(KEY, PROGRAM, 0);
        assertTrue(cache.find(KEY).isPresent());
    }
}
