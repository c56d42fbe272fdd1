package org.jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.CommandProcess;
import org.jrunc.container.CgroupDriver;
import org.jrunc.container.RuntimeContext;
import org.jrunc.report.RuntimeLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootDirectoryTest {

    @Test
    void cleansWhatIsGiven() {
        assertEquals(Path.of("/run/x"), RootDirectory.given("/run//y/../x/", Path.of("/cwd")));
        assertEquals(Path.of("/cwd/x"), RootDirectory.given("./x", Path.of("/cwd")));
    }

    @Test
    void isBelowRunWithoutAnXdgDirectory() {
        assertEquals(Path.of("/run/jrunc"), RootDirectory.byDefault(Map.of()));
        assertEquals(Path.of("/run/jrunc"), RootDirectory.byDefault(Map.of("XDG_RUNTIME_DIR", "")));
    }

    @Test
    void isBelowTheXdgDirectoryExceptForRoot() throws IOException {
        boolean root = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0
                && Files.readString(Path.of("/proc/self/uid_map")).contains("4294967295");
        assertEquals(Path.of(root ? "/run/jrunc" : "/run/user/1000/jrunc"),
                RootDirectory.byDefault(Map.of("XDG_RUNTIME_DIR", "/run/user/1000")));
    }

    @Test
    void isMadeStickyBelowTheXdgDirectory(@TempDir Path xdg) throws IOException {
        Path root = xdg.resolve("jrunc");
        RootDirectory.prepare(new RuntimeContext(root, true, root, CgroupDriver.CGROUPFS, Optional.empty(), Map.of(),
                RuntimeLog.NONE, CommandProcess.own(), List.of()));
        assertEquals(01700, (int) Files.getAttribute(root, "unix:mode") & 07777);
    }
}
