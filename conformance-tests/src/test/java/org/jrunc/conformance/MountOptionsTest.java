package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option of the specification, read back from the kernel (config.md#linux-mount-options). */
@ExtendWith(NothingLeftExtension.class)
class MountOptionsTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** What mountinfo says of a mount point: the mount's options, the optional fields, the file system's options. */
    private static String[] mount(Sandbox box, Bundle bundle, String target) {
        String line = box.run(bundle.sh("awk '$5 == \"" + target + "\"' /proc/self/mountinfo | tail -1")).ok().out()
                .strip();
        String[] parts = line.split(" - ");
        String[] fields = parts[0].split(" ", 7);
        return new String[] {fields[5], fields.length > 6 ? fields[6] : "",
                parts[1].substring(parts[1].lastIndexOf(' ') + 1)};
    }

    @ParameterizedTest
    @CsvSource({"ro, ro", "rw, rw", "nosuid, nosuid", "nodev, nodev", "noexec, noexec", "noatime, noatime",
            "nodiratime, nodiratime", "relatime, relatime", "nosymfollow, nosymfollow"})
    void anOptionOfTheMountItself(String option, String expected, Sandbox box) {
        for (Bundle bundle : List.of(box.bundle().mount("/mnt", "tmpfs", "tmpfs", option),
                box.bundle().bind(box.newDirectory(), "/mnt", option))) {
            List<String> flags = List.of(mount(box, bundle, "/mnt")[0].split(","));
            assertTrue(flags.contains(expected), flags + " on " + bundle.config().at("/mounts/7"));
        }
    }

    @ParameterizedTest
    @CsvSource({"nosuid suid", "nodev dev", "noexec exec", "ro rw", "noatime atime", "nodiratime diratime",
            "nosymfollow symfollow"})
    void theLastOfTwoOppositeOptionsCounts(String pair, Sandbox box) {
        String first = pair.split(" ")[0];
        String second = pair.split(" ")[1];
        assertFalse(List.of(mount(box, box.bundle().mount("/mnt", "tmpfs", "tmpfs", first, second),
                "/mnt")[0].split(","))
                .contains(first));
        assertTrue(List.of(mount(box, box.bundle().mount("/mnt", "tmpfs", "tmpfs", second, first),
                "/mnt")[0].split(","))
                .contains(first));
    }

    @Test
    void strictatimeIsNeitherNoatimeNorRelatime(Sandbox box) {
        String flags = mount(box, box.bundle().mount("/mnt", "tmpfs", "tmpfs", "strictatime"), "/mnt")[0];
        assertFalse(flags.contains("atime"), flags);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sync", "dirsync", "lazytime", "mand"})
    void anOptionOfTheFileSystem(String option, Sandbox box) {
        String[] options = mount(box, box.bundle().mount("/mnt", "tmpfs", "tmpfs", option), "/mnt");
        // Mandatory locks are gone from Linux 5.15; the word is still to be accepted.
        assertTrue(option.equals("mand") || List.of(options[2].split(",")).contains(option), String.join(" ", options));
    }

    @ParameterizedTest
    @ValueSource(strings = {"defaults", "async", "suid", "dev", "exec", "atime", "diratime", "norelatime",
            "nostrictatime", "nomand", "iversion", "noiversion", "nolazytime", "silent", "loud", "symfollow"})
    void anOptionThatIsTheDefaultIsAccepted(String option, Sandbox box) {
        assertTrue(mount(box, box.bundle().mount("/mnt", "tmpfs", "tmpfs", option), "/mnt")[0].startsWith("rw"));
    }

    @ParameterizedTest
    @CsvSource({"rro, ro", "rnosuid, nosuid", "rnodev, nodev", "rnoexec, noexec", "rnoatime, noatime",
            "rnodiratime, nodiratime", "rnosymfollow, nosymfollow"})
    void aRecursiveOptionReachesTheMountsBelow(String option, String expected, Sandbox box) {
        Path source = box.newDirectory();
        Shell.sh("mkdir " + source + "/sub && mount -t tmpfs -o strictatime none " + source + "/sub");
        try {
            for (String target : List.of("/mnt", "/mnt/sub")) {
                String flags = mount(box, box.bundle().bind(source, "/mnt", "rbind", option), target)[0];
                assertTrue(List.of(flags.split(",")).contains(expected), target + ": " + flags);
            }
            assertFalse(List.of(mount(box, box.bundle().bind(source, "/mnt", "rbind", option.substring(1)),
                    "/mnt/sub")[0]
                    .split(",")).contains(expected), "without the r it does not");
        } finally {
            Shell.sh("umount " + source + "/sub");
        }
    }

    @ParameterizedTest
    @CsvSource({"rrw, ro", "rsuid, nosuid", "rdev, nodev", "rexec, noexec", "ratime, noatime",
            "rsymfollow, nosymfollow",
            "rrelatime, noatime", "rstrictatime, noatime"})
    void aRecursiveOptionClearsTheFlagsBelow(String option, String cleared, Sandbox box) {
        Path source = box.newDirectory();
        Shell.sh("mkdir " + source + "/sub && mount -t tmpfs -o " + cleared + " none " + source + "/sub");
        try {
            String flags = mount(box, box.bundle().bind(source, "/mnt", "rbind", option), "/mnt/sub")[0];
            assertFalse(List.of(flags.split(",")).contains(cleared), flags);
        } finally {
            Shell.sh("umount " + source + "/sub");
        }
    }

    @ParameterizedTest
    @CsvSource({"private, ''", "rprivate, ''", "shared, shared:\\d+", "rshared, shared:\\d+", "slave, master:\\d+",
            "rslave, master:\\d+", "unbindable, unbindable", "runbindable, unbindable"})
    void thePropagationOfAMount(String option, String expected, Sandbox box) {
        Path source = box.newDirectory();
        Shell.sh("mount -t tmpfs none " + source + " && mount --make-shared " + source);
        try {
            String fields = mount(box, box.bundle().bind(source, "/mnt", "rbind", option), "/mnt")[1];
            assertTrue(fields.matches(expected.equals("shared:\\d+") ? "shared:\\d+( master:\\d+)?" : expected),
                    fields);
        } finally {
            Shell.sh("umount " + source);
        }
    }

    @Test
    void aSlaveSeesTheHostsLaterMountsAndTheHostNoneOfItsOwn(Sandbox box) {
        Path source = box.newDirectory();
        Shell.sh("mount -t tmpfs none " + source + " && mount --make-shared " + source + " && mkdir " + source
                + "/later");
        try {
            Bundle bundle = box.bundle().allCapabilities().bind(source, "/mnt", "rbind", "rslave")
                    .sh("mkdir /mnt/own && mount -t tmpfs none /mnt/own && touch /mnt/own/x; echo ready; "
                            + "while ! [ -e /mnt/later/x ]; do usleep 10000; done; echo seen; sleep 1000");
            try (Container container = box.container(bundle).started()) {
                container.awaitOut("ready");
                assertFalse(Files.exists(source.resolve("own/x")));
                Shell.sh("mount -t tmpfs none " + source + "/later && touch " + source + "/later/x");
                container.awaitOut("seen");
            }
        } finally {
            Shell.sh("umount -R " + source);
        }
    }

    @Test
    void aTmpfsHasItsSizeModeAndOwner(Sandbox box) {
        Bundle bundle = box.bundle().mount("/mnt", "tmpfs", "tmpfs", "size=2m", "mode=1750", "uid=5", "gid=6",
                "nr_inodes=10")
                .sh("stat -c '%a %u %g' /mnt; df -k /mnt | tail -1 | awk '{print $2}';"
                        + " df -i /mnt | tail -1 | awk '{print $2}'");
        assertEquals("1750 5 6\n2048\n10\n", box.run(bundle).ok().out());
    }

    @Test
    void aTmpfsTakesTheModeOfTheDirectoryItCovers(Sandbox box) {
        Bundle bundle = box.bundle().mount("/opt/covered", "tmpfs", "tmpfs")
                .mount("/opt/explicit", "tmpfs", "tmpfs", "mode=0711")
                .sh("stat -c %a /opt/covered /opt/explicit");
        Shell.sh("mkdir -p " + bundle.rootfs() + "/opt/covered " + bundle.rootfs() + "/opt/explicit && chmod 1700 "
                + bundle.rootfs() + "/opt/covered " + bundle.rootfs() + "/opt/explicit");
        assertEquals("1700\n711\n", box.run(bundle).ok().out());
    }

    @Test
    void aReadOnlyTmpfsIsReadOnly(Sandbox box) {
        Result result = box.run(box.bundle().mount("/mnt", "tmpfs", "tmpfs", "ro").args("touch", "/mnt/x"));
        assertTrue(result.exits(1).err().contains("Read-only file system"), result::toString);
    }

    @Test
    void tmpcopyupBringsTheContentOfTheCoveredDirectory(Sandbox box) throws IOException {
        Bundle bundle = box.bundle().allCapabilities().mount("/opt", "tmpfs", "tmpfs", "tmpcopyup", "mode=755")
                .sh("cd /opt; cat sub/file; readlink link; stat -c '%a %u %g' sub/file sub; rm -r sub; touch new");
        bundle.file("/opt/sub/file", "copied\n");
        Files.createSymbolicLink(bundle.rootfs().resolve("opt/link"), Path.of("/etc/passwd"));
        Shell.sh("cd " + bundle.rootfs()
                + "/opt && chmod 4751 sub/file && chmod 1733 sub && chown 7:8 sub && chown 9:10 sub/file"
                + " && chmod 4751 sub/file");
        assertEquals("copied\n/etc/passwd\n4751 9 10\n1733 7 8\n", box.run(bundle).ok().out());
        assertEquals("copied\n", Files.readString(bundle.rootfs().resolve("opt/sub/file")));
        assertFalse(Files.exists(bundle.rootfs().resolve("opt/new")));
    }
}
