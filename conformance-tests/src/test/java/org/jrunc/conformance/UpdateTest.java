package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code update}: flags and JSON, seen in the kernel's files; all of an update or nothing of it. */
@ExtendWith(NothingLeftExtension.class)
class UpdateTest {

    private static final long MB = 1 << 20;

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.cgroupV1();
    }

    private static Container running(Sandbox box) {
        return box.container(box.bundle().idle()).started();
    }

    private static Invocation update(Container container, String... flags) {
        List<String> words = new ArrayList<>(List.of("update"));
        words.addAll(List.of(flags));
        words.add(container.id());
        return container.runtime().command(words.toArray(String[]::new));
    }

    private static JsonNode saved(Container container) throws IOException {
        return Bundle.JSON.readTree(Files.readString(container.stateDirectory().resolve("config.json")))
                .at("/linux/resources");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"--memory, 64M, memory, memory.limit_in_bytes, 67108864",
        "--memory-reservation, 33554432, memory, memory.soft_limit_in_bytes, 33554432",
        "--cpu-period, 50000, cpu, cpu.cfs_period_us, 50000", "--cpu-quota, 20000, cpu, cpu.cfs_quota_us, 20000",
        "--cpu-share, 100, cpu, cpu.shares, 100", "--cpu-idle, 1, cpu, cpu.idle, 1",
        "--cpuset-cpus, 0, cpuset, cpuset.cpus, 0", "--cpuset-mems, 0, cpuset, cpuset.mems, 0",
        "--pids-limit, 10, pids, pids.max, 10", "--pids-limit, 0, pids, pids.max, 1",
        "--pids-limit, -1, pids, pids.max, max", "--blkio-weight, 200, blkio, blkio.bfq.weight, 200",
        "--kernel-memory, 10M, pids, pids.max, max"})
    void aFlagSetsItsFile(String flag, String value, String controller, String file, String expected, Sandbox box) {
        try (Container container = running(box)) {
            update(container, flag + "=" + value).run().ok().silent();
            assertEquals(expected, Cgroups.file(container, controller, file));
        }
    }

    @Test
    void manyFlagsAtOnceAndLaterOnesKeepWhatTheyDoNotName(Sandbox box) throws IOException {
        try (Container container = running(box)) {
            update(container, "--memory", "64M", "--memory-swap", "128m", "--cpu-quota", "50000", "--cpu-period",
                    "100000", "--cpu-burst", "1000").run().ok();
            update(container, "--cpu-quota", "30000").run().ok();
            update(container, "--memory-swap", "96M").run().ok();
            assertEquals("30000", Cgroups.file(container, "cpu", "cpu.cfs_quota_us"));
            assertEquals("100000", Cgroups.file(container, "cpu", "cpu.cfs_period_us"));
            assertEquals("1000", Cgroups.file(container, "cpu", "cpu.cfs_burst_us"));
            assertEquals(Long.toString(64 * MB), Cgroups.file(container, "memory", "memory.limit_in_bytes"));
            assertEquals(Long.toString(96 * MB), Cgroups.file(container, "memory", "memory.memsw.limit_in_bytes"));
            JsonNode saved = saved(container);
            assertEquals(64 * MB, saved.at("/memory/limit").asLong());
            assertEquals(96 * MB, saved.at("/memory/swap").asLong());
            assertEquals(30000, saved.at("/cpu/quota").asLong());
            assertEquals(100000, saved.at("/cpu/period").asLong());
            assertTrue(saved.path("devices").isArray(), "what the update did not name is kept");
        }
    }

    @Test
    void memoryWithoutALimitHasSwapWithoutALimit(Sandbox box) throws IOException {
        try (Container container = running(box)) {
            update(container, "--memory", "64M", "--memory-swap", "64M").run().ok();
            update(container, "--memory", "-1").run().ok();
            String unlimited = Cgroups.file(container, "memory", "memory.limit_in_bytes");
            assertTrue(unlimited.length() > 15, unlimited);
            assertEquals(unlimited, Cgroups.file(container, "memory", "memory.memsw.limit_in_bytes"));
            assertFalse(saved(container).path("memory").has("swap"));
        }
    }

    @Test
    void limitsAreRaisedAndLoweredBeyondOneAnother(Sandbox box) {
        try (Container container = running(box)) {
            for (int megabytes : new int[] {64, 200, 50}) {
                update(container, "--memory", megabytes + "M", "--memory-swap", megabytes + "M").run().ok();
                assertEquals(Long.toString(megabytes * MB),
                        Cgroups.file(container, "memory", "memory.memsw.limit_in_bytes"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void resourcesAreReadFromStdinAndFromAFileAndOtherFlagsAreIgnored(boolean stdin, Sandbox box) throws IOException {
        String json = "{\"memory\":{\"limit\":67108864},\"cpu\":{\"shares\":300,\"quota\":0},\"pids\":{\"limit\":7},"
                + "\"devices\":[{\"allow\":true,\"access\":\"rwm\"}]}";
        Path file = box.dir().resolve("resources.json");
        Files.writeString(file, json);
        try (Container container = running(box)) {
            String devices = Cgroups.file(container, "devices", "devices.list");
            Result result = stdin
                    ? update(container, "-r", "-", "--pids-limit", "99").stdin(json).run()
                    : update(container, "--resources=" + file.getFileName(), "--pids-limit", "99").cwd(box.dir()).run();
            result.ok().silent();
            assertEquals("7", Cgroups.file(container, "pids", "pids.max"));
            assertEquals("300", Cgroups.file(container, "cpu", "cpu.shares"));
            assertEquals("-1", Cgroups.file(container, "cpu", "cpu.cfs_quota_us"));
            assertEquals(devices, Cgroups.file(container, "devices", "devices.list"));
            assertFalse(saved(container).at("/devices/0/allow").asBoolean());
        }
    }

    @Test
    void whatIsRefusedLeavesEverythingAsItWas(Sandbox box) throws IOException {
        try (Container container = running(box)) {
            update(container, "--memory", "64M", "--memory-swap", "64M", "--cpu-share", "512", "--cpuset-cpus", "0",
                    "--pids-limit", "20").run().ok();
            JsonNode before = saved(container);
            update(container, "--memory", "128M", "--memory-swap", "256M", "--cpu-share", "99", "--cpu-quota", "5000",
                    "--cpuset-cpus", "0-1", "--cpuset-mems", "77", "--pids-limit", "10").run()
                    .failsWith("/linux/resources/cpu/mems", "EINVAL");
            update(container, "-r", "-").stdin("{\"cpu\":{\"shares\":77},\"memory\":{\"limit\":12288}}").run()
                    .failsWith("unable to set memory limit to 12288 (current usage: ");
            for (String[] file : new String[][] {{"memory", "memory.limit_in_bytes", "67108864"},
                {"memory", "memory.memsw.limit_in_bytes", "67108864"}, {"cpu", "cpu.shares", "512"},
                {"cpu", "cpu.cfs_quota_us", "-1"}, {"cpuset", "cpuset.cpus", "0"}, {"pids", "pids.max", "20"}}) {
                assertEquals(file[2], Cgroups.file(container, file[0], file[1]), file[1]);
            }
            assertEquals(before, saved(container));
            assertEquals("running", container.status());
        }
    }

    @Test
    void aFileThatCanNotBeSavedChangesNothing(Sandbox box) throws IOException {
        try (Container container = running(box)) {
            // A directory in the way of the file that becomes the new config.json.
            Path obstacle = Files.createDirectory(container.stateDirectory().resolve(".config.json.new"));
            update(container, "--pids-limit", "10").run().failsWith("nothing was changed");
            assertEquals("max", Cgroups.file(container, "pids", "pids.max"));
            Files.deleteIfExists(obstacle);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--memory|1x|invalid value for memory: invalid size: '1x'",
        "--memory-swap|-5|invalid value for memory-swap: invalid size", "--cpu-quota|abc|invalid value for cpu-quota: ",
        "--cpu-period|-1|invalid value for cpu-period: ", "--cpu-idle|x|invalid value for cpu-idle: ",
        "--pids-limit|abc|invalid value \\\"abc\\\" for flag -pids-limit: parse error",
        "--blkio-weight|1x|invalid value \\\"1x\\\" for flag -blkio-weight: parse error",
        "-r|/nowhere|can not read /nowhere (--resources)",
        "--l3-cache-schema|L3:0=f|updating a non-existent Intel RDT configuration is not supported"})
    void badInputIsNamed(String flag, String value, String text, Sandbox box) {
        try (Container container = running(box)) {
            update(container, flag, value).run().failsWith(text);
            assertEquals("max", Cgroups.file(container, "pids", "pids.max"));
        }
    }

    @Test
    void badJsonIsNamedWithItsPlace(Sandbox box) {
        try (Container container = running(box)) {
            update(container, "-r", "-").stdin("{\"memory\":{\"limit\":\"big\"}}").run()
                    .failsWith("stdin:1:", "/memory/limit must be");
            update(container, "-r", "-").stdin("{").run().failsWith("stdin:");
            update(container, "-r", "-").stdin("").run().failsWith("stdin:");
            update(container, "-r", "-").stdin("{\"unified\":{\"memory.max\":\"1\"}}").run()
                    .failsWith("invalid configuration: cannot use unified on cgroup v1");
        }
    }

    @Test
    void aStoppedContainerCanNotBeUpdatedAndAPausedOneCan(Sandbox box) {
        try (Container container = running(box)) {
            box.runtime().command("pause", container.id()).run().ok();
            update(container, "--pids-limit", "10").run().ok();
            assertEquals("10", Cgroups.file(container, "pids", "pids.max"));
            container.kill("KILL").ok();
            container.awaitStopped();
            update(container, "--pids-limit", "11").run().failsWith("container not running");
        }
    }

    @Test
    void limitsOfDevicesReplaceThoseOfTheSameDevice(Sandbox box) throws IOException {
        String disk = Shell.sh("lsblk -dno MAJ:MIN 2>/dev/null | head -1 || true").strip();
        org.junit.jupiter.api.Assumptions.assumeTrue(disk.matches("\\d+:\\d+"), "needs a disk");
        long major = Long.parseLong(disk.split(":")[0]);
        long minor = Long.parseLong(disk.split(":")[1]);
        try (Container container = running(box)) {
            for (long rate : new long[] {1 << 20, 2 << 20}) {
                update(container, "-r", "-").stdin(Bundle.JSON.writeValueAsString(Map.of("blockIO",
                        Map.of("throttleReadBpsDevice", List.of(Cgroups.device(major, minor, "rate", rate)))))).run()
                        .ok();
            }
            assertEquals(disk + " " + (2 << 20), Cgroups.file(container, "blkio", "blkio.throttle.read_bps_device"));
            assertEquals(1, saved(container).at("/blockIO/throttleReadBpsDevice").size());
        }
    }
}
