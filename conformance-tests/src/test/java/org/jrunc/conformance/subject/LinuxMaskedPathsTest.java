package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code linux.maskedPaths}: what is there can not be read (config-linux.md, Masked Paths). */
class LinuxMaskedPathsTest {

    @EachRuntime
    void aFileIsEmpty(Sandbox box) {
        Bundle bundle = masking(box, "/opt/secret").sh("wc -c < /opt/secret");
        Path file = bundle.file("/opt/secret", "secret");
        assertEquals("0\n", box.run(bundle).ok().out());
        assertEquals("secret", Shell.sh("cat " + file));
    }

    @EachRuntime
    void aDirectoryHasNothing(Sandbox box) {
        Bundle bundle = masking(box, "/opt/secrets").sh("ls -A /opt/secrets; ls -A /opt");
        bundle.file("/opt/secrets/deep/one", "secret");
        assertEquals("secrets\n", box.run(bundle).ok().out());
    }

    @EachRuntime
    void aFileDeepInADirectoryIsEmptyAndItsNeighbourIsNot(Sandbox box) {
        Bundle bundle = masking(box, "/opt/a/b/secret").sh("cat /opt/a/b/secret /opt/a/b/open");
        bundle.file("/opt/a/b/secret", "secret");
        bundle.file("/opt/a/b/open", "open");
        assertEquals("open", box.run(bundle).ok().out());
    }

    @EachRuntime
    void theTargetOfALinkIsMasked(Sandbox box) {
        Bundle bundle = masking(box, "/opt/link").sh("cat /opt/link; cat /opt/secret");
        bundle.file("/opt/secret", "secret");
        Shell.sh("ln -s secret " + bundle.rootfs() + "/opt/link");
        assertEquals("", box.run(bundle).ok().out());
    }

    @EachRuntime
    void aPathThatIsNotThereIsNoError(Sandbox box) {
        assertEquals("ran\n", box.run(masking(box, "/no/such/path").sh("echo ran")).ok().out());
    }

    private static Bundle masking(Sandbox box, String path) {
        return box.bundle().set("/linux/maskedPaths", List.of(path));
    }
}
