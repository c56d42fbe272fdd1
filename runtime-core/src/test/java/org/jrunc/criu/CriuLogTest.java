package org.jrunc.criu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriuLogTest {

    @Test
    void theLastErrorsAreOneLineWithoutTimes(@TempDir Path dir) throws Exception {
        Path log = dir.resolve("dump.log");
        Files.writeString(log, """
                (00.000001) Version: 3.17
                (00.000100) Error (criu/a.c:1): one
                (00.000200) Warn  (criu/b.c:2): not an error
                (00.000300) Error (criu/b.c:2): two
                (00.000400)      1: Error (criu/c.c:3): three
                (00.000500) Error (criu/d.c:4): four
                (00.000600) Unlock network
                """);
        assertEquals("Error (criu/b.c:2): two; Error (criu/c.c:3): three; Error (criu/d.c:4): four",
                CriuLog.errors(log.toFile()));
    }

    @Test
    void withoutALogThereIsNothingToSay(@TempDir Path dir) {
        assertEquals("", CriuLog.errors(new File(dir.toFile(), "none")));
    }
}
