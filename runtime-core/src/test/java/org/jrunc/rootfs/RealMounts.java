package org.jrunc.rootfs;

import static org.junit.jupiter.api.Assertions.*;

import java.nio.file.Path;
import java.util.List;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of single mounts share: a container that is ended, and a host on which nothing is left. */
@NeedsRoot
abstract class RealMounts {

    @TempDir
    Path dir;
    TestContainer container;
    private List<String> hostBefore;

    @BeforeEach
    void remember() {
        hostBefore = TestContainer.mountInfo((int) ProcessHandle.current().pid());
    }

    @AfterEach
    void end() {
        if (container != null) {
            container.close();
        }
        assertEquals(hostBefore, TestContainer.mountInfo((int) ProcessHandle.current().pid()));
    }

    /** With a tmpfs on /dev, so that devices stay out of the way. */
    TestContainer plain() {
        container = TestContainer.in(dir).mount("tmpfs", "tmpfs", "/dev");
        return container;
    }

    TestContainer user() {
        container = TestContainer.in(dir, TestContainer.ALL | TestContainer.CLONE_NEWUSER)
                .mount("tmpfs", "tmpfs", "/dev");
        return container;
    }

    /** The message with which building it fails. */
    String failure() {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> container.build());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        return e.getMessage();
    }

    void assertFails(String... parts) {
        String message = failure();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
