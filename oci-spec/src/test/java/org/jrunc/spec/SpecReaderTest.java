package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SpecReaderTest {

    private static Spec read(String json) {
        return SpecReader.read(json.getBytes(StandardCharsets.UTF_8), "config.json");
    }

    private static String fault(String json) {
        return assertThrows(SpecException.class, () -> read(json)).getMessage();
    }

    private final Spec full = SpecReader.read(TestFiles.path("full.json"));
    private final Linux linux = full.linux().get();
    private final Resources resources = linux.resources().get();

    @Test
    void readsTheProcess() {
        Process process = full.process().get();
        assertTrue(process.terminal());
        assertEquals(Optional.of(new Box(40, 100)), process.consoleSize());
        assertEquals(new User(1, 4294967294L, OptionalLong.of(63), List.of(5L, 6L)), process.user());
        assertEquals(List.of("/bin/app", "-x"), process.args());
        assertEquals(List.of("PATH=/bin", "A="), process.env());
        assertEquals("/home", process.cwd());
        assertEquals(Optional.of(new Capabilities(List.of("CAP_KILL", "CAP_CHOWN"), List.of("CAP_KILL"),
                List.of("CAP_CHOWN"), List.of("CAP_KILL", "CAP_CHOWN"), List.of())), process.capabilities());
        assertEquals(List.of(new Rlimit("RLIMIT_NOFILE", -1, 1024), new Rlimit("RLIMIT_CORE", 0, 0)),
                process.rlimits());
        assertTrue(process.noNewPrivileges());
        assertEquals(Optional.of("acme"), process.apparmorProfile());
        assertEquals(-100, process.oomScoreAdj().getAsInt());
        assertEquals(Optional.of("system_u:system_r:t:s0"), process.selinuxLabel());
        assertEquals(Optional.of(new Scheduler("SCHED_DEADLINE", 0, 0, List.of("SCHED_FLAG_RESET_ON_FORK"), 10000000,
                20000000, 30000000)), process.scheduler());
        assertEquals(Optional.of(new IoPriority("IOPRIO_CLASS_BE", 4)), process.ioPriority());
        assertEquals(Optional.of(new CpuAffinity(Optional.of("0-3"), Optional.of("1,3"))), process.execCPUAffinity());
    }

    @Test
    void readsThePlatformIndependentRest() {
        assertEquals("1.3.0", full.ociVersion());
        assertEquals(Optional.of(new Root("rootfs", true)), full.root());
        assertEquals(Optional.of("slartibartfast"), full.hostname());
        assertEquals(Optional.of("example.org"), full.domainname());
        assertEquals(List.of(
                new Mount("/proc", Optional.of("proc"), Optional.of("proc"), List.of(), List.of(), List.of()),
                new Mount("/data", Optional.of("none"), Optional.of("/volumes/testing"), List.of("rbind", "rw"),
                        List.of(new IdMapping(0, 1000, 10)), List.of(new IdMapping(0, 2000, 10)))),
                full.mounts());
        assertEquals(List.of("z.first", "a.second"), List.copyOf(full.annotations().keySet()), "file order");
        assertEquals("", full.annotations().get("a.second"));
    }

    @Test
    void readsTheHooksAndTellsAbsentFromEmptyEnvironments() {
        assertEquals(List.of(new Hook("/usr/bin/fix-mounts", List.of("fix-mounts", "a"), Optional.of(List.of("K=V")),
                OptionalLong.empty())), full.hooks(HookKind.PRESTART));
        assertEquals(Optional.of(List.of()), full.hooks(HookKind.CREATE_RUNTIME).get(0).env());
        assertEquals(Optional.empty(), full.hooks(HookKind.CREATE_CONTAINER).get(0).env());
        assertEquals(OptionalLong.of(9), full.hooks(HookKind.CREATE_CONTAINER).get(0).timeout());
        assertEquals("/usr/bin/s", full.hooks(HookKind.START_CONTAINER).get(0).path());
        assertEquals("/usr/bin/ps2", full.hooks(HookKind.POSTSTART).get(1).path());
        assertEquals("/usr/sbin/cleanup.sh", full.hooks(HookKind.POSTSTOP).get(0).path());
        assertEquals(List.of(), read("{}").hooks(HookKind.POSTSTOP));
    }

    @Test
    void readsTheLinuxPart() {
        assertEquals(List.of(new IdMapping(0, 1000, 32000)), linux.uidMappings());
        assertEquals(List.of(new IdMapping(0, 3000, 32000)), linux.gidMappings());
        assertEquals("{net.ipv4.ip_forward=1, net/core/somaxconn=256}", linux.sysctl().toString());
        assertEquals(Optional.of("/myRuntime/myContainer"), linux.cgroupsPath());
        assertEquals(8, linux.namespaces().size());
        assertEquals(Optional.of(new Namespace(NamespaceType.PID, Optional.of("/proc/1234/ns/pid"))),
                linux.namespace(NamespaceType.PID));
        assertEquals(List.of(
                new Device("c", "/dev/fuse", 10, 229, OptionalLong.of(438), OptionalLong.of(0), OptionalLong.of(0)),
                new Device("p", "/dev/fifo", 0, 0, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty())),
                linux.devices());
        assertEquals("{eth1=NetDevice[name=Optional[container_eth0]], ens4=NetDevice[name=Optional.empty]}",
                linux.netDevices().toString());
        assertEquals(Optional.of("slave"), linux.rootfsPropagation());
        assertEquals(List.of("/proc/kcore"), linux.maskedPaths());
        assertEquals(List.of("/proc/sys"), linux.readonlyPaths());
        assertEquals(Optional.of("system_u:object_r:f:s0"), linux.mountLabel());
        assertEquals(Optional.of(new IntelRdt(Optional.of("guaranteed_group"), List.of("L2:0=ff"),
                Optional.of("L3:0=7f0;1=1f"), Optional.of("MB:0=20;1=70"), true)), linux.intelRdt());
        assertEquals(Optional.of(new MemoryPolicy("MPOL_BIND", Optional.of("0-1"), List.of("MPOL_F_STATIC_NODES"))),
                linux.memoryPolicy());
        assertEquals(Optional.of(new Personality("LINUX32", List.of())), linux.personality());
        assertEquals(new TimeOffset(172800, 500), linux.timeOffsets().get("monotonic"));
        assertEquals(new TimeOffset(-604800, 0), linux.timeOffsets().get("boottime"));
    }

    @Test
    void readsTheSeccompProfile() {
        Seccomp seccomp = linux.seccomp().get().read();
        assertEquals("SCMP_ACT_ERRNO", seccomp.defaultAction());
        assertEquals(OptionalLong.of(38), seccomp.defaultErrnoRet());
        assertEquals(List.of("SCMP_ARCH_X86", "SCMP_ARCH_LOONGARCH64"), seccomp.architectures());
        assertEquals(Optional.of(List.of("SECCOMP_FILTER_FLAG_LOG")), seccomp.flags());
        assertEquals(Optional.of("/run/agent.sock"), seccomp.listenerPath());
        assertEquals(Optional.of("opaque"), seccomp.listenerMetadata());
        assertEquals(new SyscallRule(List.of("getcwd", "chmod"), "SCMP_ACT_ALLOW", OptionalLong.empty(), List.of()),
                seccomp.syscalls().get(0));
        assertEquals(new SyscallRule(List.of("clone"), "SCMP_ACT_ERRNO", OptionalLong.of(1),
                List.of(new SeccompArg(0, -1, Long.MIN_VALUE, "SCMP_CMP_MASKED_EQ"))), seccomp.syscalls().get(1));
    }

    @Test
    void readsTheResources() {
        assertEquals(List.of(
                new DeviceCgroup(false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty(),
                        Optional.of("rwm")),
                new DeviceCgroup(true, Optional.of("c"), OptionalLong.of(10), OptionalLong.of(229),
                        Optional.of("rw"))),
                resources.devices());
        Memory memory = resources.memory().get();
        assertEquals(OptionalLong.of(-1), memory.swap());
        assertEquals("18446744073709551615", Long.toUnsignedString(memory.swappiness().getAsLong()));
        assertEquals(Optional.of(false), memory.disableOOMKiller());
        assertEquals(Optional.of(true), memory.checkBeforeUpdate());
        Cpu cpu = resources.cpu().get();
        assertEquals(OptionalLong.of(1024), cpu.shares());
        assertEquals(OptionalLong.of(-1), cpu.quota());
        assertEquals(Optional.of("2-3"), cpu.cpus());
        assertEquals(OptionalLong.of(1), cpu.idle());
        assertEquals(Optional.of(new Pids(OptionalLong.of(32771))), resources.pids());
        BlockIo io = resources.blockIO().get();
        assertEquals(10, io.weight().getAsInt());
        assertEquals(500, io.weightDevice().get(0).weight().getAsInt());
        assertTrue(io.weightDevice().get(1).weight().isEmpty());
        assertEquals(List.of(new ThrottleDevice(8, 3, 603)), io.throttleWriteIOPSDevice());
        assertEquals(List.of(new HugepageLimit("2MB", 9223372036854772000L)), resources.hugepageLimits());
        assertEquals(Optional.of(new Network(OptionalLong.of(1048577), List.of(new InterfacePriority("eth0", 500)))),
                resources.network());
        assertEquals(new Rdma(OptionalLong.empty(), OptionalLong.of(1000)), resources.rdma().get("mlx4_0"));
        assertEquals(List.of("memory.high", "hugetlb.1GB.max"), List.copyOf(resources.unified().keySet()));
    }

    static List<Path> bundles() {
        return TestFiles.bundles();
    }

    static List<Path> processes() {
        return TestFiles.processes();
    }

    static List<Path> resources() {
        return TestFiles.resources();
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void readsWhatEnginesWrite(Path config) {
        Spec spec = SpecReader.read(config);
        assertFalse(spec.process().get().args().isEmpty());
        assertFalse(spec.linux().get().namespaces().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("processes")
    void readsTheProcessOfAnExec(Path file) {
        assertEquals("/", SpecReader.readProcess(file).cwd());
    }

    @ParameterizedTest
    @MethodSource("resources")
    void readsTheResourcesOfAnUpdate(Path file) {
        assertEquals(OptionalLong.of(100663296), SpecReader.readResources(file).memory().get().limit());
    }

    @Test
    void ignoresUnknownPropertiesAndMatchesNamesExactly() {
        Spec spec = read("{\"x\": [{}], \"HOSTNAME\": 1, \"windows\": {\"layerFolders\": 7}, "
                + "\"ociVersion\": \"1.0.0\"}");
        assertEquals("1.0.0", spec.ociVersion());
        assertEquals(Optional.empty(), spec.hostname());
    }

    @Test
    void nullAndEmptyStringsAreAbsent() {
        Spec spec = read("{\"process\": null, \"hostname\": \"\", \"mounts\": null, \"annotations\": null, \"linux\": "
                + "{\"cgroupsPath\": null, \"seccomp\": {\"flags\": null}, \"namespaces\": [{\"type\": \"uts\", "
                + "\"path\": \"\"}]}}");
        assertEquals(Optional.empty(), spec.process());
        assertEquals(Optional.empty(), spec.hostname());
        assertEquals(List.of(), spec.mounts());
        assertEquals(Optional.empty(), spec.linux().get().seccomp().get().read().flags());
        assertEquals(Optional.empty(), spec.linux().get().namespaces().get(0).path());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"process\":{\"args\":[5]}}|config.json:1:21: /process/args/0 must be a string, is a number",
        "{\"process\":[]}|config.json:1:12: /process must be an object, is an array",
        "{\"process\":{\"terminal\":1}}|config.json:1:24: /process/terminal must be a boolean, is a number",
        "{\"process\":{\"user\":{\"uid\":-1}}}|config.json:1:27: /process/user/uid must be an integer from 0 to "
                + "4294967295, is -1",
        "{\"process\":{\"consoleSize\":{\"width\":1}}}|config.json:1:27: /process/consoleSize/height is missing",
        "{\"mounts\":[{\"type\":\"x\"}]}|config.json:1:12: /mounts/0/destination is missing",
        "{\"hooks\":{\"poststop\":[{}]}}|config.json:1:23: /hooks/poststop/0/path is missing",
        "{\"annotations\":{\"a/b\":1}}|config.json:1:23: /annotations/a~1b must be a string, is a number",
        "{\"linux\":{\"namespaces\":[{\"type\":\"x\"}]}}|config.json:1:33: /linux/namespaces/0/type is unknown: "
                + "namespace \"x\" does not exist",
        "{\"linux\":{\"resources\":{\"pids\":{\"limit\":1.5}}}}|config.json:1:40: /linux/resources/pids/limit must be "
                + "an integer from -9223372036854775808 to 9223372036854775807, is 1.5",
        "[]|config.json:1:1: the document must be an object, is an array",
        "null|config cannot be null",
    })
    void namesWhatIsWrongAndWhere(String json, String message) {
        assertEquals(message, fault(json));
    }

    @Test
    void aMissingFileIsReportedInTheWordsOfRunc(@TempDir Path directory) {
        String message = assertThrows(SpecException.class, () -> SpecReader.read(directory.resolve("config.json")))
                .getMessage();
        assertTrue(message.startsWith("JSON specification file config.json not found"), message);
    }

    @Test
    void aDirectoryInPlaceOfTheFileIsReported(@TempDir Path directory) throws Exception {
        Files.createDirectory(directory.resolve("config.json"));
        String message = assertThrows(SpecException.class, () -> SpecReader.read(directory.resolve("config.json")))
                .getMessage();
        assertTrue(message.startsWith("cannot read JSON specification file "), message);
        assertTrue(message.endsWith(": it is a directory"), message);
    }
}
