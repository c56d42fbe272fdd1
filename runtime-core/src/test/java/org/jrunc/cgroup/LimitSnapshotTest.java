package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On plain files, which keep the last line written: what would be written to a cgroup. */
class LimitSnapshotTest {

    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();

    private LimitSnapshot snapshot(String... further) {
        Place place = new Place(List.of(""), "", new CgroupDirectory(directory.toString()));
        return new LimitSnapshot(List.of(place), Set.of(further), (level, message) -> warnings.add(message));
    }

    /** What the undoing of a change from one content to another writes last. */
    private String undone(String file, String before, String after) throws IOException {
        Files.writeString(directory.resolve(file), before);
        LimitSnapshot snapshot = snapshot("special.file");
        Files.writeString(directory.resolve(file), after);
        snapshot.restore();
        return Files.readString(directory.resolve(file));
    }

    @Test
    void valuesAreWrittenBack() throws IOException {
        assertEquals("100", undone("pids.max", "100\n", "5\n"));
        assertEquals("max 100000", undone("cpu.max", "max 100000\n", "5000 100000\n"));
        assertEquals("4096", undone("hugetlb.2MB.max", "4096\n", "0\n"));
        assertEquals("7", undone("special.file", "7\n", "8\n"));
        assertEquals("\n", undone("cpuset.cpus", "\n", "0\n"));
    }

    @Test
    void aDeviceGetsItsOldLineBackOrTheOneThatRemovesIt() throws IOException {
        assertEquals("8:0 100", undone("blkio.throttle.read_bps_device", "8:0 100\n", "8:0 200\n"));
        assertEquals("8:16 0", undone("blkio.throttle.read_bps_device", "", "8:16 200\n"));
        assertEquals("8:0 rbps=max wbps=max riops=max wiops=max",
                undone("io.max", "", "8:0 rbps=1 wbps=max riops=max wiops=max\n"));
        assertEquals("8:0 default", undone("io.weight", "default 100\n", "default 100\n8:0 50\n"));
        assertEquals("default 100", undone("io.weight", "default 100\n", "default 50\n"));
    }

    @Test
    void theOomKillerIsOneNumberOfItsFile() throws IOException {
        assertEquals("0", undone("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n",
                "oom_kill_disable 1\nunder_oom 0\noom_kill 0\n"));
    }

    @Test
    void whatDidNotChangeIsNotWrittenAndOtherFilesAreNotLookedAt() throws IOException {
        assertEquals("100\n", undone("pids.max", "100\n", "100\n"));
        assertEquals("2\n", undone("memory.pressure_level", "1\n", "2\n"));
    }

    @Test
    void whatCanNotBeSetBackIsAWarning() throws IOException {
        Files.writeString(directory.resolve("pids.max"), "100\n");
        LimitSnapshot snapshot = snapshot();
        Files.delete(directory.resolve("pids.max"));
        Files.createDirectory(directory.resolve("pids.max"));
        snapshot.restore();
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains("pids.max could not be set back to 100"), warnings::toString);
    }
}
