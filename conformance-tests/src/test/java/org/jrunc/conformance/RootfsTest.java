package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The root file system as a whole: where it is, read-only, masked and read-only paths, propagation. */
@ExtendWith(NothingLeftExtension.class)
class RootfsTest {
    private static final String OF_ROOT = "awk '$5 == \"/\"' /proc/self/mountinfo";

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void anAbsolutePathIsGoodToo(Sandbox box) {
        Bundle elsewhere = box.bundle();
        elsewhere.file("/etc/marker", "elsewhere");
        Bundle bundle = box.bundle().set("/root/path", elsewhere.rootfs().toString()).args("cat", "/etc/marker");
        assertEquals("elsewhere", box.run(bundle).ok().out());
    }

    @Test
    void aWritableRootKeepsWhatIsWritten(Sandbox box) {
        Bundle bundle = box.bundle().sh("echo kept > /etc/kept");
        box.run(bundle).ok();
        assertEquals("kept", Shell.sh("cat " + bundle.rootfs() + "/etc/kept"));
    }

    @Test
    void aReadOnlyRootCanNotBeWrittenButItsMountsCan(Sandbox box) {
        Bundle bundle = box.bundle().allCapabilities().set("/root/readonly", true).mount("/tmp", "tmpfs", "tmpfs")
                .sh("touch /etc/x; mount -o remount,rw,bind /nowhere 2>/dev/null; touch /tmp/x && echo tmp;"
                        + " touch /dev/x && echo dev");
        Result result = box.run(bundle).ok();
        assertEquals("tmp\ndev\n", result.out());
        assertTrue(result.err().contains("/etc/x: Read-only file system"), result::toString);
        assertFalse(java.nio.file.Files.exists(bundle.rootfs().resolve("etc/x")));
        assertTrue(Shell.attempt("touch " + bundle.rootfs() + "/etc/on-the-host").exit() == 0,
                "the host's is as before");
    }

    @Test
    void theRootIsAMountOfItsOwn(Sandbox box) {
        assertEquals(1, box.sh(OF_ROOT).lines().count());
    }

    @Test
    void aMaskedFileIsEmptyAndAMaskedDirectoryHasNothing(Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/maskedPaths",
                List.of("/etc/secret", "/opt/secrets", "/opt/secrets", "/no/such/path", "/proc/meminfo"))
                .sh("wc -c < /etc/secret; stat -c '%F %t:%T' /etc/secret; ls -A /opt/secrets | wc -l;"
                        + " wc -c < /proc/meminfo; "
                        + "touch /opt/secrets/x 2>&1 | grep -o 'Read-only file system'");
        bundle.file("/etc/secret", "secret");
        bundle.file("/opt/secrets/one", "secret");
        assertEquals("0\ncharacter special file 1:3\n0\n0\nRead-only file system\n", box.run(bundle).ok().out());
        assertEquals("secret", Shell.sh("cat " + bundle.rootfs() + "/opt/secrets/one"));
    }

    @Test
    void readOnlyPathsCanBeReadOnly(Sandbox box) {
        Bundle bundle = box.bundle().allCapabilities()
                .set("/linux/readonlyPaths", List.of("/proc/sys", "/opt/data", "/etc/file", "/no/such/path"))
                .sh("cat /opt/data/x /etc/file; for f in /opt/data/y /etc/file /proc/sys/kernel/msgmax; do "
                        + "echo 1 2>/dev/null > $f || echo no $f; done; touch /opt/free && echo free");
        bundle.file("/opt/data/x", "x");
        bundle.file("/etc/file", "y");
        String result = box.run(bundle).out();
        assertEquals("xyno /opt/data/y\nno /etc/file\nno /proc/sys/kernel/msgmax\nfree\n", result);
    }

    @Test
    void aReadOnlyPathKeepsTheFlagsOfItsMount(Sandbox box) {
        Bundle bundle = box.bundle().mount("/mnt", "tmpfs", "tmpfs", "nosuid", "nodev", "noexec")
                .add("/linux/readonlyPaths", "/mnt")
                .sh("awk '$5 == \"/mnt\" {print $6}' /proc/self/mountinfo | tail -1");
        List<String> flags = List.of(box.run(bundle).ok().out().strip().split(","));
        assertTrue(flags.containsAll(List.of("ro", "nosuid", "nodev", "noexec")), flags::toString);
    }

    @ParameterizedTest
    @CsvSource({"private, ''", "rprivate, ''", "slave, (master:\\d+)?", "rslave, master:\\d+",
            "shared, (shared:\\d+ master:\\d+|shared:\\d+)", "rshared, (shared:\\d+ master:\\d+|shared:\\d+)",
            "unbindable, unbindable", "runbindable, unbindable"})
    void thePropagationOfTheRootIsAsConfigured(String propagation, String expected, Sandbox box) {
        Bundle bundle = box.bundle().set("/linux/rootfsPropagation", propagation)
                .sh(OF_ROOT + " | sed 's/ - .*//' | cut -d' ' -f7-");
        Shell.sh("mount --bind " + bundle.rootfs() + " " + bundle.rootfs() + " && mount --make-shared "
                + bundle.rootfs());
        try {
            String fields = box.run(bundle).ok().out().strip();
            assertTrue(fields.matches(expected), propagation + ": " + fields);
        } finally {
            Shell.sh("umount " + bundle.rootfs());
        }
    }

    @Test
    void aSharedParentOfTheRootIsNoHindranceAndSeesNothing(Sandbox box) {
        Bundle bundle = box.bundle().mount("/mnt", "tmpfs", "inner")
                .sh("grep -c inner /proc/self/mountinfo; sleep 1000");
        Shell.sh("mount --bind " + bundle.dir() + " " + bundle.dir() + " && mount --make-shared " + bundle.dir());
        try (Container container = box.container(bundle).started()) {
            container.awaitOut("1\n");
            assertFalse(Shell.sh("cat /proc/self/mountinfo").contains("inner"));
        } finally {
            Shell.sh("umount " + bundle.dir());
        }
    }

    @Test
    void theCurrentDirectoryIsMadeIfItIsMissing(Sandbox box) {
        Bundle bundle = box.bundle().set("/process/cwd", "/opt/made/deep").sh("pwd; stat -c %a .");
        assertEquals("/opt/made/deep\n755\n", box.run(bundle).ok().out());
    }
}
