package org.jrunc.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Resources;
import org.jrunc.spec.SpecReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every property of {@code linux.resources} and the file it becomes, in directories that stand for cgroups. */
class LimitsTest {

    @TempDir
    Path top;

    private final List<String> warnings = new ArrayList<>();
    private final RuntimeLog log = (level, message) -> {
        if (level != RuntimeLog.Level.DEBUG) {
            warnings.add(message);
        }
    };

    static Resources resources(Path directory, String json) throws IOException {
        Path config = directory.resolve("config.json");
        Files.writeString(config, "{\"ociVersion\":\"1.3.0\",\"linux\":{\"resources\":{" + json.replace('\'', '"')
                + "}}}");
        return SpecReader.read(config).linux().orElseThrow().resources().orElseThrow();
    }

    private void set(CgroupManager manager, String json) throws IOException {
        Resources asked = resources(top, json);
        manager.limit(asked, log);
        manager.limitProcesses(asked, log);
    }

    private String file(String path) throws IOException {
        return Files.readString(top.resolve(path)).trim();
    }

    @Nested
    class OfV1 {

        private CgroupManager manager;

        @BeforeEach
        void make() throws IOException {
            Map<String, String> paths = new LinkedHashMap<>();
            for (String name : new String[] {"memory", "cpu", "cpuset", "pids", "blkio", "hugetlb", "net_cls",
                "net_prio", "rdma", "devices"}) {
                paths.put(name, Files.createDirectory(top.resolve(name)).toString());
            }
            Files.writeString(top.resolve("memory/memory.limit_in_bytes"), "9223372036854771712\n");
            Files.writeString(top.resolve("memory/memory.memsw.limit_in_bytes"), "9223372036854771712\n");
            Files.writeString(top.resolve("hugetlb/hugetlb.2MB.limit_in_bytes"), "");
            Files.writeString(top.resolve("hugetlb/hugetlb.2MB.rsvd.limit_in_bytes"), "");
            manager = CgroupManager.of(paths);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                'memory':{'limit':8192}                    | memory/memory.limit_in_bytes             | 8192
                'memory':{'limit':-1}                      | memory/memory.limit_in_bytes             | -1
                'memory':{'limit':-1}                      | memory/memory.memsw.limit_in_bytes       | -1
                'memory':{'limit':8192,'swap':16384}       | memory/memory.memsw.limit_in_bytes       | 16384
                'memory':{'limit':8192,'swap':-1}          | memory/memory.memsw.limit_in_bytes       | -1
                'memory':{'limit':0}                       | memory/memory.limit_in_bytes             | 9223372036854771712
                'memory':{'reservation':4096}              | memory/memory.soft_limit_in_bytes        | 4096
                'memory':{'kernelTCP':4096}                | memory/memory.kmem.tcp.limit_in_bytes    | 4096
                'memory':{'swappiness':0}                  | memory/memory.swappiness                 | 0
                'memory':{'disableOOMKiller':true}         | memory/memory.oom_control                | 1
                'memory':{'useHierarchy':true}             | memory/memory.use_hierarchy              | 1
                'cpu':{'shares':1024}                      | cpu/cpu.shares                           | 1024
                'cpu':{'quota':20000}                      | cpu/cpu.cfs_quota_us                     | 20000
                'cpu':{'quota':-1}                         | cpu/cpu.cfs_quota_us                     | -1
                'cpu':{'period':50000}                     | cpu/cpu.cfs_period_us                    | 50000
                'cpu':{'burst':1000}                       | cpu/cpu.cfs_burst_us                     | 1000
                'cpu':{'burst':0}                          | cpu/cpu.cfs_burst_us                     | 0
                'cpu':{'idle':1}                           | cpu/cpu.idle                             | 1
                'cpu':{'realtimeRuntime':950}              | cpu/cpu.rt_runtime_us                    | 950
                'cpu':{'realtimePeriod':1000}              | cpu/cpu.rt_period_us                     | 1000
                'cpu':{'cpus':'0-1'}                       | cpuset/cpuset.cpus                       | 0-1
                'cpu':{'mems':'0'}                         | cpuset/cpuset.mems                       | 0
                'pids':{'limit':0}                         | pids/pids.max                            | 1
                'pids':{'limit':-1}                        | pids/pids.max                            | max
                'pids':{'limit':7}                         | pids/pids.max                            | 7
                'blockIO':{'weight':300}                   | blkio/blkio.bfq.weight                   | 300
                'blockIO':{'leafWeight':300}               | blkio/blkio.leaf_weight                  | 300
                'blockIO':{'weightDevice':[{'major':8,'minor':0,'weight':500}]}          | blkio/blkio.bfq.weight_device          | 8:0 500
                'blockIO':{'weightDevice':[{'major':8,'minor':0,'leafWeight':500}]}      | blkio/blkio.leaf_weight_device         | 8:0 500
                'blockIO':{'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':600}]}   | blkio/blkio.throttle.read_bps_device   | 8:0 600
                'blockIO':{'throttleWriteBpsDevice':[{'major':8,'minor':0,'rate':600}]}  | blkio/blkio.throttle.write_bps_device  | 8:0 600
                'blockIO':{'throttleReadIOPSDevice':[{'major':8,'minor':0,'rate':600}]}  | blkio/blkio.throttle.read_iops_device  | 8:0 600
                'blockIO':{'throttleWriteIOPSDevice':[{'major':8,'minor':0,'rate':0}]}   | blkio/blkio.throttle.write_iops_device | 8:0 0
                'hugepageLimits':[{'pageSize':'2MB','limit':4194304}] | hugetlb/hugetlb.2MB.limit_in_bytes      | 4194304
                'hugepageLimits':[{'pageSize':'2MB','limit':4194304}] | hugetlb/hugetlb.2MB.rsvd.limit_in_bytes | 4194304
                'network':{'classID':1048577}              | net_cls/net_cls.classid                  | 1048577
                'network':{'priorities':[{'name':'lo','priority':5}]}     | net_prio/net_prio.ifpriomap | lo 5
                'rdma':{'mlx5_1':{'hcaHandles':3,'hcaObjects':10000}}     | rdma/rdma.max               | mlx5_1 hca_handle=3 hca_object=10000
                'rdma':{'mlx5_1':{'hcaObjects':10000}}     | rdma/rdma.max                            | mlx5_1 hca_object=10000
                """)
        void everyPropertyHasItsFile(String json, String file, String value) throws IOException {
            set(manager, json);
            assertEquals(value, file(file));
            assertEquals(List.of(), warnings);
        }

        @Test
        void weightsOfOldKernels() throws IOException {
            Files.writeString(top.resolve("blkio/blkio.weight"), "");
            set(manager, "'blockIO':{'weight':300,'weightDevice':[{'major':8,'minor':0,'weight':500}]}");
            assertEquals("300", file("blkio/blkio.weight"));
            assertEquals("8:0 500", file("blkio/blkio.weight_device"));
        }

        @Test
        void nothingAskedIsNothingWritten() throws IOException {
            set(manager, "'memory':{},'cpu':{'shares':0,'quota':0,'cpus':''},'pids':{},'blockIO':{'weight':0},"
                    + "'network':{'classID':0,'priorities':[]},'rdma':{}");
            try (var files = Files.walk(top)) {
                assertEquals(4L, files.filter(f -> Files.isRegularFile(f)
                        && !f.getFileName().toString().equals("config.json")).count());
            }
        }

        @Test
        void idleHasNoShares() throws IOException {
            set(manager, "'cpu':{'shares':1024,'idle':1}");
            assertFalse(Files.exists(top.resolve("cpu/cpu.shares")));
            assertTrue(warnings.getFirst().startsWith("/linux/resources/cpu/shares: ignored: "), warnings.toString());
        }

        @Test
        void kernelMemoryIsIgnoredWithAWarning() throws IOException {
            set(manager, "'memory':{'kernel':4096}");
            assertFalse(Files.exists(top.resolve("memory/memory.kmem.limit_in_bytes")));
            assertTrue(warnings.getFirst().startsWith("/linux/resources/memory/kernel: ignored: "),
                    warnings.toString());
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                'unified':{'memory.high':'1M'} | invalid configuration: cannot use unified on cgroup v1 (/linux/resources/unified)
                'memory':{'swappiness':101}    | unable to apply cgroup configuration: /linux/resources/memory/swappiness: invalid memory swappiness value: 101 (valid range is 0-100)
                'hugepageLimits':[{'pageSize':'3MB','limit':1}] | unable to apply cgroup configuration: /linux/resources/hugepageLimits/0/pageSize: this host has no huge pages of 3MB
                """)
        void refusesWhatCanNotBe(String json, String text) {
            String message = assertThrows(RuntimeFailure.class, () -> set(manager, json)).getMessage();
            assertTrue(message.startsWith(text), message);
        }

        @Test
        void saysWhichControllerIsMissing() {
            CgroupManager poor = CgroupManager.of(Map.of("cpu", top.resolve("cpu").toString()));
            String text = assertThrows(RuntimeFailure.class, () -> set(poor, "'pids':{'limit':5}")).getMessage();
            assertTrue(text.startsWith("cannot set pids limit: container could not join or create cgroup: "
                    + "/linux/resources/pids/limit: "), text);
        }

        @Test
        void reportsWhoWasKilledForMemory() throws IOException {
            assertEquals(Optional.empty(), manager.oom());
            Files.writeString(top.resolve("memory/memory.oom_control"),
                    "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
            Files.writeString(top.resolve("memory/memory.max_usage_in_bytes"), "4096\n");
            assertEquals("/linux/resources/memory/limit is 9223372036854771712, peak usage 4096, processes killed: 2",
                    manager.oom().orElseThrow().text());
        }
    }

    @Nested
    class OfV2 {

        private CgroupManager manager;

        @BeforeEach
        void make() throws IOException {
            Path directory = Files.createDirectory(top.resolve("c"));
            Files.writeString(directory.resolve("memory.swap.max"), "max\n");
            Files.writeString(directory.resolve("hugetlb.2MB.rsvd.max"), "max\n");
            manager = CgroupManager.of(Map.of("", directory.toString()));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                'memory':{'limit':8192}                    | memory.max        | 8192
                'memory':{'limit':-1}                      | memory.max        | max
                'memory':{'limit':-1}                      | memory.swap.max   | max
                'memory':{'limit':8192}                    | memory.swap.max   | max
                'memory':{'limit':8192,'swap':20480}       | memory.swap.max   | 12288
                'memory':{'limit':8192,'swap':8192}        | memory.swap.max   | 0
                'memory':{'reservation':4096}              | memory.low        | 4096
                'memory':{'reservation':-1}                | memory.low        | max
                'cpu':{'shares':1024}                      | cpu.weight        | 100
                'cpu':{'shares':2}                         | cpu.weight        | 1
                'cpu':{'quota':20000}                      | cpu.max           | 20000 100000
                'cpu':{'quota':20000,'period':50000}       | cpu.max           | 20000 50000
                'cpu':{'quota':-1}                         | cpu.max           | max 100000
                'cpu':{'period':50000}                     | cpu.max           | max 50000
                'cpu':{'burst':1000}                       | cpu.max.burst     | 1000
                'cpu':{'idle':1}                           | cpu.idle          | 1
                'cpu':{'cpus':'0-1'}                       | cpuset.cpus       | 0-1
                'cpu':{'mems':'0'}                         | cpuset.mems       | 0
                'pids':{'limit':0}                         | pids.max          | 1
                'pids':{'limit':-1}                        | pids.max          | max
                'blockIO':{'weight':10}                    | io.weight         | 1
                'blockIO':{'weight':1000}                  | io.weight         | 10000
                'blockIO':{'weightDevice':[{'major':8,'minor':0,'weight':1000}]}         | io.weight | 8:0 10000
                'blockIO':{'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':600}]}   | io.max    | 8:0 rbps=600
                'blockIO':{'throttleWriteBpsDevice':[{'major':8,'minor':0,'rate':600}]}  | io.max    | 8:0 wbps=600
                'blockIO':{'throttleReadIOPSDevice':[{'major':8,'minor':0,'rate':600}]}  | io.max    | 8:0 riops=600
                'blockIO':{'throttleWriteIOPSDevice':[{'major':8,'minor':0,'rate':0}]}   | io.max    | 8:0 wiops=max
                'hugepageLimits':[{'pageSize':'2MB','limit':4194304}]  | hugetlb.2MB.max      | 4194304
                'hugepageLimits':[{'pageSize':'2MB','limit':4194304}]  | hugetlb.2MB.rsvd.max | 4194304
                'rdma':{'mlx5_1':{'hcaHandles':3}}         | rdma.max          | mlx5_1 hca_handle=3
                'unified':{'memory.high':'1048576'}        | memory.high       | 1048576
                'memory':{'limit':8192},'unified':{'memory.max':'4096'} | memory.max | 4096
                """)
        void everyPropertyHasItsFile(String json, String file, String value) throws IOException {
            set(manager, json);
            assertEquals(value, file("c/" + file));
            assertEquals(List.of(), warnings);
        }

        @Test
        void bfqWeightsAreNotConverted() throws IOException {
            Files.writeString(top.resolve("c/io.bfq.weight"), "");
            set(manager, "'blockIO':{'weight':300}");
            assertEquals("300", file("c/io.bfq.weight"));
            assertFalse(Files.exists(top.resolve("c/io.weight")));
        }

        @Test
        void withoutSwapAccountingNoneCanBeForbidden() throws IOException {
            Files.delete(top.resolve("c/memory.swap.max"));
            set(manager, "'memory':{'limit':8192,'swap':8192}");
            assertFalse(Files.exists(top.resolve("c/memory.swap.max")));
            String text = assertThrows(RuntimeFailure.class,
                    () -> set(manager, "'memory':{'limit':8192,'swap':16384}")).getMessage();
            assertTrue(text.contains("/linux/resources/memory/swap: write 8192 to " + top + "/c/memory.swap.max:"
                    + " ENOENT"), text);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                'memory':{'kernel':4096}           | memory/kernel
                'memory':{'kernelTCP':4096}        | memory/kernelTCP
                'memory':{'swappiness':50}         | memory/swappiness
                'memory':{'disableOOMKiller':true} | memory/disableOOMKiller
                'memory':{'useHierarchy':false}    | memory/useHierarchy
                'cpu':{'realtimeRuntime':950}      | cpu/realtimeRuntime
                'cpu':{'realtimePeriod':1000}      | cpu/realtimePeriod
                'blockIO':{'leafWeight':300}       | blockIO/leafWeight
                'network':{'classID':1}            | network/classID
                'network':{'priorities':[{'name':'lo','priority':5}]} | network/priorities
                """)
        void warnsAboutWhatOnlyV1Has(String json, String field) throws IOException {
            set(manager, json);
            assertEquals(List.of("/linux/resources/" + field + ": ignored: cgroup v2 has nothing like it"), warnings);
        }

        @Test
        void reportsWhoWasKilledForMemory() throws IOException {
            Files.writeString(top.resolve("c/memory.events"), "low 0\noom 1\noom_kill 1\noom_group_kill 0\n");
            Files.writeString(top.resolve("c/memory.max"), "4096\n");
            assertEquals("/linux/resources/memory/limit is 4096, processes killed: 1",
                    manager.oom().orElseThrow().text());
        }
    }
}
