package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.OpenFlags;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkingDirectoryTest extends InContainer {

    private static final String OUTSIDE = "current working directory is outside of container mount namespace root --"
            + " possible container breakout detected";

    @Test
    void isMadeWithItsParents() {
        make("/a/b//c/");
        assertEquals("/a/b/c", container.kernel.getcwd());
        assertEquals(0755, container.kernel.statx(Kernel.AT_FDCWD, "/a/b", 0).permissions());
        make("/a/../a/b/../d");
        assertEquals("/a/d", container.kernel.getcwd());
        make("/");
        assertEquals("/", container.kernel.getcwd());
    }

    @Test
    void isMadeBehindALinkThatStaysInside() {
        container.kernel.symlinkat("../../../bin", Kernel.AT_FDCWD, "/link");
        make("/link/new");
        assertEquals("/bin/new", container.kernel.getcwd());
    }

    @Test
    void saysWhatIsInItsPlace() {
        container.file("/file", "", 0644);
        fails("mkdir /file/x: /process/cwd: openat2(", "ENOTDIR", "/file/x");
        container.kernel.symlinkat("/nowhere", Kernel.AT_FDCWD, "/dangling");
        fails("mkdir /dangling/x: /process/cwd: mkdirat(", "EEXIST", "/dangling/x");
    }

    @Test
    void isEnteredAsUserWhereRootMayNot() {
        container.directory("/private", 0700);
        container.kernel.fchownat(Kernel.AT_FDCWD, "/private", 1000, 1000, 0);
        WorkingDirectory directory = new WorkingDirectory("/private");
        container.kernel.capset(1 << 7, 1 << 7, 0);
        directory.enterAsRoot(container.kernel);
        assertEquals("/", container.kernel.getcwd());
        container.kernel.setresuid(1000, 1000, 1000);
        directory.enterAsUser(container.kernel);
        assertEquals("/private", container.kernel.getcwd());
    }

    @Test
    void isRefusedToAUserWhoMayNot() {
        container.directory("/private", 0700);
        container.kernel.capset(1 << 7, 1 << 7, 0);
        container.kernel.setresuid(1000, 1000, 1000);
        WorkingDirectory directory = new WorkingDirectory("/private");
        directory.enterAsRoot(container.kernel);
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> directory.enterAsUser(container.kernel));
        assertEquals("chdir to cwd (\"/private\") set in config.json failed: permission denied"
                + " (/process/cwd: chdir: EACCES)", e.getMessage());
    }

    @Test
    void mayNotLeadOutThroughALeakedDescriptor(@TempDir Path scratch) {
        // A directory of the host, leaked into the container as descriptor 9 (CVE-2024-21626).
        int host = container.libc.openat(Kernel.AT_FDCWD, "/", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0);
        container.kernel.dup3(container.kernel.send(host), 9, 0);
        container.libc.close(host);
        WorkingDirectory directory = new WorkingDirectory("/proc/self/fd/9");
        directory.enterAsRoot(container.kernel);
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> WorkingDirectory.verify(container.kernel));
        assertTrue(e.getMessage().startsWith(OUTSIDE), e.getMessage());
        container.kernel.chdir("/");
        WorkingDirectory.verify(container.kernel);
    }

    @Test
    void mayNotBeADeletedDirectory() {
        container.directory("/gone", 0755);
        container.kernel.chdir("/gone");
        container.kernel.unlinkat(Kernel.AT_FDCWD, "/gone", OpenFlags.AT_REMOVEDIR);
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> WorkingDirectory.verify(container.kernel));
        assertTrue(e.getMessage().startsWith(OUTSIDE), e.getMessage());
    }

    @Test
    void mustBeAbsolute() {
        assertThrows(RuntimeFailure.class, () -> new WorkingDirectory(""));
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> new WorkingDirectory("tmp"));
        assertEquals("Cwd must be an absolute path: /process/cwd was \"tmp\"", e.getMessage());
    }

    private void make(String path) {
        WorkingDirectory directory = new WorkingDirectory(path);
        directory.make(container.kernel);
        directory.enterAsRoot(container.kernel);
    }

    private void fails(String text, String errno, String path) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> make(path));
        assertTrue(e.getMessage().startsWith(text) && e.getMessage().endsWith(errno), e.getMessage());
    }
}
