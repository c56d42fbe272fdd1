package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.jrunc.kernel.Kernel;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {

    @Test
    void keepsTheLastOfDuplicatesInItsPlace() {
        assertEquals(List.of("B=2", "A=3", "C="), entries("A=1", "B=2", "A=3", "C="));
        assertEquals(List.of("A=b=c"), entries("A=b=c"));
    }

    @Test
    void ownEntriesComeLastAndWin() {
        assertEquals(List.of("A=1", "LISTEN_FDS=2"),
                Environment.of(List.of("LISTEN_FDS=9", "A=1"), List.of("LISTEN_FDS=2")).entries());
    }

    @Test
    void anEmptyHomeCountsAsNone() {
        assertEquals(List.of("A=1"), entries("HOME=", "A=1"));
        // The last one counts, also when it is empty.
        assertEquals(List.of(), entries("HOME=/x", "HOME="));
    }

    @Test
    void readsValues() {
        Environment environment = Environment.of(List.of("PATHX=1", "PATH=/a:/b"), List.of());
        assertEquals("/a:/b", environment.value("PATH"));
        assertEquals("", environment.value("PAT"));
    }

    @Test
    void refusesWhatIsNoVariable() {
        fails("invalid environment variable: missing '=': /process/env/1 is \"B\"", "A=1", "B");
        fails("invalid environment variable: name cannot be empty: /process/env/0 is \"=1\"", "=1");
        fails("invalid environment variable \"A\": contains nul byte (\\x00): /process/env/0", "A=\0");
    }

    @Test
    void takesHomeFromTheContainersPasswd(@TempDir Path scratch) {
        TestSpec.requireRoot();
        try (ContainerFixture container = new ContainerFixture(scratch)) {
            assertEquals("/", home(container, 0));
            container.file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nbroken\napp:x:1000:1000::/home/app:/bin/sh\n"
                    + "second:x:1000:1000::/other:/bin/sh\nnone:x:5:5", 0644);
            assertEquals("/root", home(container, 0));
            assertEquals("/home/app", home(container, 1000));
            assertEquals("/", home(container, 5));
            assertEquals("/", home(container, 6));
            assertEquals("/given", Environment.of(List.of("HOME=/given"), List.of())
                    .withHome(container.kernel, 0).value("HOME"));
        }
    }

    @Test
    void isNotHeldUpByAPasswdThatIsNoFile(@TempDir Path scratch) {
        TestSpec.requireRoot();
        try (ContainerFixture container = new ContainerFixture(scratch)) {
            container.kernel.mknodat(Kernel.AT_FDCWD, "/etc/passwd", 0x1000 | 0644, 0);
            assertEquals("/", home(container, 0));
            container.kernel.unlinkat(Kernel.AT_FDCWD, "/etc/passwd", 0);
            // Not through a magic link, which might lead out of the container.
            container.kernel.symlinkat("/proc/self/fd/0", Kernel.AT_FDCWD, "/etc/passwd");
            assertEquals("/", home(container, 0));
        }
    }

    private static String home(ContainerFixture container, long uid) {
        return Environment.of(List.of(), List.of()).withHome(container.kernel, uid).value("HOME");
    }

    private static List<String> entries(String... configured) {
        return Environment.of(List.of(configured), List.of()).entries();
    }

    private static void fails(String text, String... configured) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> entries(configured));
        assertTrue(e.getMessage().startsWith(text), e.getMessage());
    }
}
