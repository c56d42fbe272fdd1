package org.jrunc.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** None of the words that engines search for, whichever of the JDK's exceptions brings them. */
class ReasonTest {

    @TempDir
    private Path dir;

    private static String reason(org.junit.jupiter.api.function.Executable failing) {
        return Reason.of(assertThrows(IOException.class, failing));
    }

    @Test
    void ofWhatIsMissing() {
        Path missing = dir.resolve("missing/file");
        String expected = "it or its directory is missing (ENOENT)";
        assertEquals(expected, reason(() -> Files.readString(missing)));
        assertEquals(expected, reason(() -> new FileInputStream(missing.toFile()).close()));
        assertEquals(expected, reason(() -> missing.toFile().createNewFile()));
    }

    @Test
    void ofWhatIsThereAlready() {
        assertEquals("file exists (EEXIST)", reason(() -> Files.createDirectory(dir)));
    }

    @Test
    void ofAFileWhereADirectoryShouldBe() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        assertEquals("not a directory (ENOTDIR)", reason(() -> Files.createFile(file.resolve("x"))));
    }

    @Test
    void ofADirectoryThatIsAFile() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        assertEquals("not a directory (ENOTDIR)", reason(() -> Files.newDirectoryStream(file).close()));
    }

    @Test
    void onlyWhatIsMissingIsMissing() throws IOException {
        Path below = Files.createFile(dir.resolve("file")).resolve("x");
        assertTrue(Reason.isMissing(assertThrows(IOException.class, () -> Files.readString(below))));
        assertTrue(Reason.isMissing(assertThrows(IOException.class, () -> Files.readString(dir.resolve("x")))));
        assertTrue(Reason.isMissing(assertThrows(IOException.class,
                () -> new FileInputStream(below.toFile()).close())));
        assertFalse(Reason.isMissing(new AccessDeniedException("/x")));
        assertFalse(Reason.isMissing(new IOException("Input/output error")));
        assertFalse(Reason.isMissing(new IOException("Keine Berechtigung")));
    }

    @Test
    void ofAFullDisk() {
        assertEquals("the disk is full (ENOSPC)", reason(() -> {
            try (FileOutputStream out = new FileOutputStream("/dev/full")) {
                out.write(1);
            }
        }));
    }

    @Test
    void ofADeniedAccess() {
        assertEquals("access denied (EACCES)", Reason.of(new AccessDeniedException("/x")));
        assertEquals("access denied (EPERM)", Reason.of(new IOException("Operation not permitted")));
    }

    @Test
    void ofWhatHasNoErrno() {
        assertEquals("the container was deleted meanwhile",
                Reason.of(new IOException("the container was deleted meanwhile")));
    }
}
