package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code linux.readonlyPaths}: what is there can be read and not written (config-linux.md). */
class LinuxReadonlyPathsTest {

    @EachRuntime
    void aFileCanNotBeWritten(Sandbox box) {
        Bundle bundle = readOnly(box, "/opt/file").sh("cat /opt/file; (echo new > /opt/file) 2>&1");
        Path file = bundle.file("/opt/file", "old\n");
        String out = box.run(bundle).out();
        assertTrue(out.startsWith("old\n") && out.contains("Read-only file system"), out);
        assertEquals("old", Shell.sh("cat " + file));
    }

    @EachRuntime
    void nothingInADirectoryCanBeWritten(Sandbox box) {
        Bundle bundle = readOnly(box, "/opt/dir").sh("cat /opt/dir/deep/file; touch /opt/free && echo free; "
                + "(touch /opt/dir/new || rm /opt/dir/deep/file) 2>&1 | grep -c 'Read-only file system'");
        bundle.file("/opt/dir/deep/file", "old\n");
        assertEquals("old\nfree\n2\n", box.run(bundle).out());
    }

    @EachRuntime
    void theTargetOfALinkIsReadOnly(Sandbox box) {
        Bundle bundle = readOnly(box, "/opt/link").sh("(echo new > /opt/file) 2>&1");
        bundle.file("/opt/file", "old");
        Shell.sh("ln -s file " + bundle.rootfs() + "/opt/link");
        assertTrue(box.run(bundle).out().contains("Read-only file system"));
    }

    @EachRuntime
    void aPathThatIsNotThereIsNoError(Sandbox box) {
        assertEquals("ran\n", box.run(readOnly(box, "/no/such/path").sh("echo ran")).ok().out());
    }

    private static Bundle readOnly(Sandbox box, String path) {
        return box.bundle().allCapabilities().set("/linux/readonlyPaths", List.of(path));
    }
}
