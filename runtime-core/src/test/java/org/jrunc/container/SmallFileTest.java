package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is missing only when the kernel says so. That root may look everywhere, StateTest minds. */
class SmallFileTest {

    @TempDir
    private Path dir;

    @Test
    void whatIsThereIsRead() throws IOException {
        Path file = Files.write(dir.resolve("file"), new byte[] {1, 2});
        assertArrayEquals(new byte[] {1, 2}, SmallFile.read(file.toFile()).orElseThrow());
        assertTrue(SmallFile.exists(file.toFile()));
    }

    @Test
    void whatIsMissingIsEmpty() throws IOException {
        Path below = Files.createFile(dir.resolve("file")).resolve("x");
        assertEquals(Optional.empty(), SmallFile.read(dir.resolve("x").toFile()));
        assertEquals(Optional.empty(), SmallFile.read(below.toFile()));
        assertFalse(SmallFile.exists(dir.resolve("x").toFile()));
        assertFalse(SmallFile.exists(below.toFile()));
    }

    @Test
    void whatCanNotBeLookedAtIsAFailure() throws IOException {
        Path loop = Files.createSymbolicLink(dir.resolve("loop"), Path.of("loop"));
        assertThrows(IOException.class, () -> SmallFile.read(loop.resolve("x").toFile()));
        assertThrows(IOException.class, () -> SmallFile.exists(loop.resolve("x").toFile()));
        assertThrows(IOException.class, () -> SmallFile.read(dir.toFile()));
    }
}
