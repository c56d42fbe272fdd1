package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Id-mapped mounts (config.md, {@code uidMappings} of mounts, {@code idmap} and {@code ridmap}). */
@ExtendWith(NothingLeftExtension.class)
class IdMappedMountsTest {

    private static final String OWNERS = "stat -c '%u %g' /mnt/file /mnt/below/file";

    private Path source;

    /** A directory with a file, and below it another file system with one; both are the host's root's. */
    @BeforeEach
    void makeSource(Sandbox box) throws IOException {
        Needs.root();
        Needs.jrunc(box, "runc 1.1 has none, crun 1.8 none without a user namespace");
        source = box.newDirectory();
        Files.writeString(source.resolve("file"), "");
        Files.createDirectory(source.resolve("below"));
    }

    private static List<Map<String, Integer>> map(int container, int host, int size) {
        return List.of(Map.of("containerID", container, "hostID", host, "size", size));
    }

    private Bundle mapped(Bundle bundle, List<Map<String, Integer>> uids, List<Map<String, Integer>> gids,
            String... options) {
        return bundle.add("/mounts", Map.of("destination", "/mnt", "source", source.toString(), "options",
                List.of(options), "uidMappings", uids, "gidMappings", gids));
    }

    private String owners(Sandbox box, Bundle bundle) {
        Path below = source.resolve("below");
        Shell.sh("mount -t tmpfs tmpfs " + below + " && touch " + below + "/file");
        try {
            return box.run(bundle.sh(OWNERS)).ok().out();
        } finally {
            Shell.sh("umount " + below);
        }
    }

    @Test
    void mapsTheMountAlone(Sandbox box) {
        assertEquals("1000 2000\n0 0\n", owners(box,
                mapped(box.bundle(), map(0, 1000, 10), map(0, 2000, 10), "rbind", "idmap")));
    }

    @Test
    void ridmapMapsWhatIsMountedBelow(Sandbox box) {
        assertEquals("1000 2000\n1000 2000\n", owners(box,
                mapped(box.bundle(), map(0, 1000, 10), map(0, 2000, 10), "rbind", "ridmap")));
    }

    @Test
    void mappingsAreEnough(Sandbox box) {
        assertEquals("1000 2000\n0 0\n", owners(box,
                mapped(box.bundle(), map(0, 1000, 10), map(0, 2000, 10), "rbind")));
    }

    @Test
    void withoutMappingsThoseOfTheUserNamespaceCount(Sandbox box) {
        Bundle bundle = box.bundle().userNamespace(100_000, 65_536);
        bundle.bind(source, "/mnt", "idmap").sh("stat -c '%u %g' /mnt/file; touch /mnt/new");
        assertEquals("0 0\n", box.run(bundle).ok().out());
        assertEquals("0 0", Shell.sh("stat -c '%u %g' " + source + "/new"));
    }

    @Test
    void aUserThatIsNotMappedCanNotMakeFiles(Sandbox box) {
        Bundle bundle = mapped(box.bundle(), map(0, 1000, 10), map(0, 2000, 10), "bind").sh("touch /mnt/new");
        Result result = box.run(bundle);
        assertTrue(result.err().contains("Value too large for d"), result::toString);
    }

    @Test
    void oneKindOfMappingsIsNotEnough(Sandbox box) {
        box.run(mapped(box.bundle(), map(0, 1000, 10), List.of(), "bind"))
                .failsWith("must have both uid and gid mappings", "/mounts/");
    }

    @Test
    void whatIsMountedInsideIsNotMountedOnTheHost(Sandbox box) {
        Bundle bundle = mapped(box.bundle().allCapabilities(), map(0, 1000, 10), map(0, 2000, 10), "bind")
                .sh("mount -t tmpfs inner /mnt/below && grep -c inner /proc/self/mountinfo");
        Shell.sh("mount --bind " + source + " " + source);
        try {
            Shell.sh("mount --make-shared " + source);
            assertEquals("1\n", box.run(bundle).ok().out());
            assertEquals("1", Shell.sh("grep -c " + source + " /proc/self/mountinfo"));
        } finally {
            Shell.sh("umount -R " + source);
        }
    }

    @Test
    void aUserNamespaceGetsNoPartOfAMountWithoutWhatCoversIt(Sandbox box) {
        Bundle bundle = box.bundle().userNamespace(100_000, 65_536).bind(source, "/mnt", "idmap").sh(OWNERS);
        Path below = source.resolve("below");
        Shell.sh("mount -t tmpfs tmpfs " + below);
        try {
            box.run(bundle).failsWith("try rbind", "/mounts/");
        } finally {
            Shell.sh("umount " + below);
        }
    }
}
