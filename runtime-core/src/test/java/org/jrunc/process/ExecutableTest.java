package org.jrunc.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jrunc.kernel.Kernel;
import org.jrunc.kernel.Prctl;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecutableTest extends InContainer {

    private static final String NOT_FOUND = "executable file not found in $PATH";

    @BeforeEach
    void prepare() {
        container.file("/bin/tool", "", 0755);
        container.file("/bin/plain", "", 0644);
        container.file("/bin/rootonly", "", 0700);
        container.directory("/bin/directory", 0755);
        container.directory("/usr", 0755);
        container.file("/usr/tool", "", 0644);
        container.file("/usr/late", "", 0755);
        container.directory("/closed", 0700);
        container.file("/closed/tool", "", 0755);
        container.kernel.symlinkat("/nowhere", Kernel.AT_FDCWD, "/bin/dangling");
        container.kernel.symlinkat("tool", Kernel.AT_FDCWD, "/bin/link");
    }

    @Test
    void findsByPathInOrderAndSkipsWhatCanNotBeExecuted() {
        assertEquals("/bin/tool", find("tool", "/nowhere:/bin:/usr"));
        assertEquals("/bin/tool", find("tool", "/usr:/bin"));
        assertEquals("/usr/late", find("late", "/bin:/usr/"));
        assertEquals("/bin/link", find("link", "/bin"));
        assertEquals("/bin/tool", find("/bin/tool", ""));
        assertEquals("/bin/../bin/tool", find("/bin/../bin/tool", "/usr"));
    }

    @Test
    void saysNotFoundForAnythingThatNoDirectoryHas() {
        fails("exec: \"foo\": " + NOT_FOUND, "foo", "/bin");
        fails("exec: \"tool\": " + NOT_FOUND + " (/process/args/0; /process/env has no PATH)", "tool", "");
        fails("exec: \"plain\": " + NOT_FOUND, "plain", "/bin");
        fails("exec: \"directory\": " + NOT_FOUND, "directory", "/bin");
        fails("exec: \"dangling\": " + NOT_FOUND, "dangling", "/bin");
        fails("exec: \"..\": " + NOT_FOUND, "..", "/bin");
        fails("exec: \"\": " + NOT_FOUND, "", "/bin");
        fails("exec: \"a\\\"b\\nc\": " + NOT_FOUND, "a\"b\nc", "/bin");
    }

    @Test
    void saysWhyAPathCanNotBeExecuted() {
        fails("exec: \"/foo\": stat /foo: no such file or directory", "/foo", "/bin");
        fails("exec: \"/bin/tool/x\": stat /bin/tool/x: not a directory", "/bin/tool/x", "/bin");
        fails("exec: \"/bin/plain\": permission denied", "/bin/plain", "/bin");
        fails("exec: \"/bin/directory\": is a directory", "/bin/directory", "/bin");
        fails("exec: \"/bin/dangling\": stat /bin/dangling: no such file or directory", "/bin/dangling", "/bin");
    }

    @Test
    void refusesWhatOnlyTheCurrentDirectoryHas() {
        container.kernel.chdir("/bin");
        fails("exec: \"tool\": cannot run executable found relative to current directory", "tool", "/nowhere:");
        fails("exec: \"tool\": cannot run executable found relative to current directory", "tool", ".:/bin");
        assertEquals("./tool", find("./tool", ""));
    }

    @Test
    void asksAsTheUserWithItsCapabilities() {
        container.kernel.prctl(Prctl.PR_SET_KEEPCAPS, 1, 0, 0, 0);
        container.kernel.setresuid(1000, 1000, 1000);
        fails("exec: \"/bin/rootonly\": permission denied", "/bin/rootonly", "");
        fails("exec: \"/closed/tool\": stat /closed/tool: permission denied", "/closed/tool", "");
        fails("exec: \"rootonly\": " + NOT_FOUND, "rootonly", "/bin");
        long dacOverride = 1 << 1;
        container.kernel.capset(dacOverride, dacOverride, 0);
        assertEquals("/bin/rootonly", find("/bin/rootonly", ""));
        assertEquals("/closed/tool", find("tool", "/closed"));
        fails("exec: \"/bin/plain\": permission denied", "/bin/plain", "");
    }

    private String find(String file, String path) {
        return new Executable(container.kernel).find(file, path);
    }

    private void fails(String text, String file, String path) {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> find(file, path));
        assertTrue(e.getMessage().startsWith(text), e.getMessage());
    }
}
