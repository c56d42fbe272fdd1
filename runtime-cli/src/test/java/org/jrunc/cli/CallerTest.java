package org.jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CallerTest {

    @Test
    void readsEffectiveIds() {
        assertEquals(new Caller(1, 6), Caller.ofStatus("Name:\tjava\n"
                + "Tgid:\t77\nNgid:\t0\nUid:\t0\t1\t2\t3\nGid:\t5\t6\t7\t8\n"));
    }

    @Test
    void agreesWithTheFileSystem() throws IOException {
        assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), Caller.current().euid());
        assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:gid"), Caller.current().egid());
    }
}
