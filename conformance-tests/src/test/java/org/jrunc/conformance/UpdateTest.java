package org.jrunc.conformance;

import static org.jrunc.conformance.Cgroups.either;
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

    private static String memoryLimit(Container container) {
        return Cgroups.limit(container, "memory", "memory.limit_in_bytes", "memory.max");
    }

    /** With v2 a limit of swap alone, where v1 has one of memory and swap together. */
    private static String swapLimit(Container container) {
        return Cgroups.limit(container, "memory", "memory.memsw.limit_in_bytes", "memory.swap.max");
    }

    private static String shares(Container container) {
        return Cgroups.limit(container, "cpu", "cpu.shares", "cpu.weight");
    }

    /** Flag, value, controller, file and content on v1, and on v2 if they are others there. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"--memory, 64M, memory, memory.limit_in_bytes, 67108864, memory.max, 67108864",
        "--memory-reservation, 33554432, memory, memory.soft_limit_in_bytes, 33554432, memory.low, 33554432",
        "--cpu-period, 50000, cpu, cpu.cfs_period_us, 50000, cpu.max, max 50000",
        "--cpu-quota, 20000, cpu, cpu.cfs_quota_us, 20000, cpu.max, 20000 100000",
        "--cpu-share, 100, cpu, cpu.shares, 100, cpu.weight, 17", "--cpu-idle, 1, cpu, cpu.idle, 1,,",
        "--cpuset-cpus, 0, cpuset, cpuset.cpus, 0,,", "--cpuset-mems, 0, cpuset, cpuset.mems, 0,,",
        "--pids-limit, 10, pids, pids.max, 10,,", "--pids-limit, 0, pids, pids.max, 1,,",
        "--pids-limit, -1, pids, pids.max, max,,", "--kernel-memory, 10M, pids, pids.max, max,,"})
    void aFlagSetsItsFile(String flag, String value, String controller, String v1File, String v1, String v2File,
            String v2, Sandbox box) {
        try (Container container = running(box)) {
            update(container, flag + "=" + value).run().ok().silent();
            String file = v2File == null ? v1File : either(v1File, v2File);
            assertEquals(v2 == null ? v1 : either(v1, v2), Cgroups.file(container, controller, file));
        }
    }

    @Test
    void theWeightOfBlockDevicesIsSet(Sandbox box) {
        try (Container container = running(box)) {
            boolean bfq = Files.exists(Path.of(Cgroups.path(container, either("blkio", "io")),
                    either("blkio.bfq.weight", "io.bfq.weight")));
            boolean cost = Cgroups.areUnified()
                    && Files.exists(Path.of(Cgroups.path(container, "io"), "io.weight"));
            org.junit.jupiter.api.Assumptions.assumeTrue(bfq || cost, "needs BFQ or io.cost in the kernel");
            update(container, "--blkio-weight", "200").run().ok().silent();
            assertEquals(either("200", bfq ? "default 200" : "default 1920"), Cgroups.limit(container, "blkio",
                    "blkio.bfq.weight", bfq ? "io.bfq.weight" : "io.weight"));
        }
    }

    @Test
    void manyFlagsAtOnceAndLaterOnesKeepWhatTheyDoNotName(Sandbox box) throws IOException {
        try (Container container = running(box)) {
            update(container, "--memory", "64M", "--memory-swap", "128m", "--cpu-quota", "50000", "--cpu-period",
                    "100000", "--cpu-burst", "1000").run().ok();
            update(container, "--cpu-quota", "30000").run().ok();
            update(container, "--memory-swap", "96M").run().ok();
            assertEquals(either("30000", "30000 100000"), Cgroups.limit(container, "cpu", "cpu.cfs_quota_us",
                    "cpu.max"));
            assertEquals(either("100000", "30000 100000"), Cgroups.limit(container, "cpu", "cpu.cfs_period_us",
                    "cpu.max"));
            assertEquals("1000", Cgroups.limit(container, "cpu", "cpu.cfs_burst_us", "cpu.max.burst"));
            assertEquals(Long.toString(64 * MB), memoryLimit(container));
            assertEquals(either(Long.toString(96 * MB), Long.toString(32 * MB)), swapLimit(container));
            update(container, "--memory", "80M").run().ok();
            assertEquals(either(Long.toString(96 * MB), Long.toString(16 * MB)), swapLimit(container));
            JsonNode saved = saved(container);
            assertEquals(80 * MB, saved.at("/memory/limit").asLong());
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
            String unlimited = memoryLimit(container);
            assertTrue(unlimited.length() > 15 || unlimited.equals("max"), unlimited);
            assertEquals(unlimited, swapLimit(container));
            assertFalse(saved(container).path("memory").has("swap"));
        }
    }

    @Test
    void limitsAreRaisedAndLoweredBeyondOneAnother(Sandbox box) {
        try (Container container = running(box)) {
            for (int megabytes : new int[] {64, 200, 50}) {
                update(container, "--memory", megabytes + "M", "--memory-swap", megabytes + "M").run().ok();
                assertEquals(Long.toString(megabytes * MB), memoryLimit(container));
                assertEquals(either(Long.toString(megabytes * MB), "0"), swapLimit(container));
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
            String devices = devices(container);
            Result result = stdin
                    ? update(container, "-r", "-", "--pids-limit", "99").stdin(json).run()
                    : update(container, "--resources=" + file.getFileName(), "--pids-limit", "99").cwd(box.dir()).run();
            result.ok().silent();
            assertEquals("7", Cgroups.file(container, "pids", "pids.max"));
            assertEquals(either("300", "39"), shares(container));
            assertEquals(either("-1", "max 100000"), Cgroups.limit(container, "cpu", "cpu.cfs_quota_us", "cpu.max"));
            assertEquals(devices, devices(container));
            assertFalse(saved(container).at("/devices/0/allow").asBoolean());
        }
    }

    /** On v2 the rules are a program that can not be read; the identity of what is attached says enough. */
    private static String devices(Container container) {
        return Cgroups.areUnified() ? Shell.attempt("bpftool cgroup show " + Cgroups.path(container)).output()
                : Cgroups.file(container, "devices", "devices.list");
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
            // The kernel refuses it on v1; on v2 it would kill instead.
            update(container, "-r", "-").stdin("{\"cpu\":{\"shares\":77},\"memory\":{\"limit\":12288"
                    + either("", ",\"checkBeforeUpdate\":true") + "}}").run().failsWith(either(
                            "unable to set memory limit to 12288 (current usage: ",
                            "rejecting memory limit 12288 <= usage "));
            assertEquals("67108864", memoryLimit(container));
            assertEquals(either("67108864", "0"), swapLimit(container));
            assertEquals(either("512", "59"), shares(container));
            assertEquals(either("-1", "max 100000"), Cgroups.limit(container, "cpu", "cpu.cfs_quota_us", "cpu.max"));
            assertEquals("0", Cgroups.file(container, "cpuset", "cpuset.cpus"));
            assertEquals("20", Cgroups.file(container, "pids", "pids.max"));
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
            if (!Cgroups.areUnified()) {
                update(container, "-r", "-").stdin("{\"unified\":{\"memory.max\":\"1\"}}").run()
                        .failsWith("invalid configuration: cannot use unified on cgroup v1");
            }
        }
    }

    @Test
    void filesOfV2AreUpdatedByTheirNamesAllOrNone(Sandbox box) {
        Needs.cgroupV2();
        try (Container container = running(box)) {
            update(container, "-r", "-").stdin("{\"unified\":{\"memory.high\":\"50331648\",\"pids.max\":\"9\"}}")
                    .run().ok().silent();
            assertEquals("50331648", Cgroups.file(container, "memory", "memory.high"));
            assertEquals("9", Cgroups.file(container, "pids", "pids.max"));
            update(container, "-r", "-").stdin("{\"unified\":{\"memory.high\":\"41943040\",\"memory.low\":\"1048576\","
                    + "\"pids.max\":\"many\"}}").run().failsWith("/linux/resources/unified/pids.max", "EINVAL");
            assertEquals("50331648", Cgroups.file(container, "memory", "memory.high"));
            assertEquals("0", Cgroups.file(container, "memory", "memory.low"));
            assertEquals("9", Cgroups.file(container, "pids", "pids.max"));
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
        String disk = Cgroups.disk();
        long major = Long.parseLong(disk.split(":")[0]);
        long minor = Long.parseLong(disk.split(":")[1]);
        try (Container container = running(box)) {
            for (long rate : new long[] {1 << 20, 2 << 20}) {
                update(container, "-r", "-").stdin(Bundle.JSON.writeValueAsString(Map.of("blockIO",
                        Map.of("throttleReadBpsDevice", List.of(Cgroups.device(major, minor, "rate", rate)))))).run()
                        .ok();
            }
            assertEquals(disk + either(" 2097152", " rbps=2097152 wbps=max riops=max wiops=max"),
                    Cgroups.limit(container, "blkio", "blkio.throttle.read_bps_device", "io.max"));
            assertEquals(1, saved(container).at("/blockIO/throttleReadBpsDevice").size());
        }
    }
}
