package org.jrunc.seccomp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

    private static final byte[] TEXT = "a profile".getBytes(StandardCharsets.UTF_8);
    private static final byte[] FILTER = {6, 0, 0, 0, 0, 0, -1, 127};

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
        assertTrue(cache.find(TEXT).isEmpty());
        cache.keep(TEXT, FILTER);
        assertArrayEquals(FILTER, cache.find(TEXT).orElseThrow());
        assertTrue(cache.find("a profilf".getBytes(StandardCharsets.UTF_8)).isEmpty());
        assertEquals(List.of(), warnings);
    }

    @Test
    void onlyTheOwnerCanReadOrWriteIt() throws IOException {
        cache.keep(TEXT, FILTER);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(
                root.resolve(FilterCache.DIRECTORY))));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(only())));
    }

    @Test
    void isNotUsedWhenOthersCouldWriteIt() throws IOException {
        cache.keep(TEXT, FILTER);
        Files.setPosixFilePermissions(root.resolve(FilterCache.DIRECTORY),
                PosixFilePermissions.fromString("rwxrwx---"));
        assertTrue(cache.find(TEXT).isEmpty());
        assertTrue(warnings.getFirst().contains("mode 770"), warnings.toString());
    }

    @Test
    void anEntryOfAnotherUserIsNotUsed() throws IOException {
        TestSpec.requireRoot();
        cache.keep(TEXT, FILTER);
        libc.fchownat(-100, only().toString(), 1000, 1000, 0);
        assertTrue(cache.find(TEXT).isEmpty());
        assertTrue(warnings.getFirst().contains("belongs to uid 1000"), warnings.toString());
    }

    @Test
    void isNotUsedWhenItIsAnothersOrASymlink() throws IOException {
        TestSpec.requireRoot();
        cache.keep(TEXT, FILTER);
        Path directory = root.resolve(FilterCache.DIRECTORY);
        libc.fchownat(-100, directory.toString(), 1000, 1000, 0);
        assertTrue(cache.find(TEXT).isEmpty());
        assertTrue(warnings.getFirst().contains("belongs to uid 1000"), warnings.toString());
        libc.fchownat(-100, directory.toString(), 0, 0, 0);
        assertTrue(cache.find(TEXT).isPresent());
        Files.move(directory, root.resolve("elsewhere"));
        Files.createSymbolicLink(directory, root.resolve("elsewhere"));
        assertTrue(cache.find(TEXT).isEmpty());
    }

    @Test
    void aDamagedEntryDoesNotCount() throws IOException {
        cache.keep(TEXT, FILTER);
        byte[] entry = Files.readAllBytes(only());
        Path file = only();
        for (int size : new int[] {0, 10, entry.length - 1}) {
            Files.write(file, Arrays.copyOf(entry, size));
            assertTrue(cache.find(TEXT).isEmpty());
        }
        entry[20] ^= 1;
        Files.write(file, entry);
        assertEquals(Optional.empty(), cache.find(TEXT));
        cache.keep(TEXT, FILTER);
        assertTrue(cache.find(TEXT).isPresent());
    }

    @Test
    void doesNotGrowForEver() throws IOException {
        for (int i = 0; i < 100; i++) {
            cache.keep(("profile " + i).getBytes(StandardCharsets.UTF_8), FILTER);
        }
        try (var files = Files.list(root.resolve(FilterCache.DIRECTORY))) {
            assertTrue(files.count() <= 70);
        }
    }

    @Test
    void theTextTellsProfilesApart() {
        byte[] one = FilterText.of(libc, FilterCompilerTest.profile("SCMP_ACT_ALLOW",
                FilterCompilerTest.rule("SCMP_ACT_ERRNO", "a", "b")));
        byte[] two = FilterText.of(libc, FilterCompilerTest.profile("SCMP_ACT_ALLOW",
                FilterCompilerTest.rule("SCMP_ACT_ERRNO", "a\n1 b")));
        assertFalse(Arrays.equals(one, two));
        assertArrayEquals(one, FilterText.of(libc, FilterCompilerTest.profile("SCMP_ACT_ALLOW",
                FilterCompilerTest.rule("SCMP_ACT_ERRNO", "a", "b"))));
    }
}
