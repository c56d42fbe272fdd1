package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecValidatorTest {

    private static Spec read(String json) {
        return SpecReader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "config.json");
    }

    private static List<String> messages(Spec spec) {
        List<String> messages = new ArrayList<>();
        for (SpecException fault : SpecValidator.check(spec)) {
            messages.add(fault.getMessage());
        }
        return messages;
    }

    /** A valid configuration with {@code properties} added; of a property given twice the last one counts. */
    private static List<String> check(String properties) {
        return messages(read("{'ociVersion': '1.3.0', 'root': {'path': 'r'}, 'process': {'args': ['a'], 'cwd': '/'}"
                + (properties.isEmpty() ? "" : ", " + properties) + "}"));
    }

    private static List<String> checkProcess(String properties) {
        return check("'process': {'args': ['a'], 'cwd': '/', " + properties + "}");
    }

    private static List<String> checkLinux(String namespaces, String properties) {
        StringBuilder list = new StringBuilder();
        for (String namespace : namespaces.isEmpty() ? new String[0] : namespaces.split(" ")) {
            list.append(list.isEmpty() ? "" : ",").append("{'type': '").append(namespace).append("'}");
        }
        return check("'linux': {'namespaces': [" + list + "]" + (properties.isEmpty() ? "" : ", " + properties) + "}");
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
    void whatEnginesWriteIsValid(Path config) {
        assertEquals(List.of(), messages(SpecReader.read(config)));
    }

    @Test
    void aConfigurationWithEveryPropertyIsValid() {
        assertEquals(List.of(), messages(SpecReader.read(TestFiles.path("full.json"))));
    }

    @ParameterizedTest
    @MethodSource("processes")
    void theProcessOfAnExecIsValid(Path file) {
        assertDoesNotThrow(() -> SpecValidator.validate(SpecReader.readProcess(file)));
    }

    @ParameterizedTest
    @MethodSource("resources")
    void theResourcesOfAnUpdateAreValid(Path file) {
        assertDoesNotThrow(() -> SpecValidator.validate(SpecReader.readResources(file)));
    }

    @Test
    void validateThrowsTheFirstFaultWithItsPointer() {
        SpecException e = assertThrows(SpecException.class, () -> SpecValidator.validate(read("{}")));
        assertEquals("/ociVersion", e.jsonPointer());
        SpecException exec = assertThrows(SpecException.class, () -> SpecValidator
                .validate(SpecReader.readProcess("{\"args\":[\"a\"],\"cwd\":\"b\"}".getBytes(), "process.json")));
        assertEquals("/cwd", exec.jsonPointer());
    }

    @Test
    void whatIsMissingIsReportedAllAtOnce() {
        assertEquals(List.of("/ociVersion must be specified", "/root: root must be specified",
                "/process: process property must not be empty"), messages(read("{}")));
        assertEquals(List.of("/root/path must not be empty",
                "/process/cwd is missing: Cwd property must not be empty", "/process/args: args must not be empty"),
                check("'root': {}, 'process': {}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "1.0.2-dev", "1.3.0+dev", "1.0.0-rc5", "1.2.3-a.1+b.02", "1.99.0"})
    void everyVersionOneIsAccepted(String version) {
        assertEquals(List.of(), check("'ociVersion': '" + version + "'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1.3", "v1.3.0", "1.3.0.0", "01.3.0", "1.3.x", "1.3.0-", "1.3.0+", "1.3.0-01", " 1.3.0",
        "1.3.0-ä", "latest", "1..0", "1.3.0-a..b"})
    void whatIsNoSemanticVersionIsRefused(String version) {
        assertEquals(List.of("/ociVersion must be a semantic version like 1.3.0, was \"" + version + "\""),
                check("'ociVersion': '" + version + "'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.9.0", "2.0.0", "10.0.0"})
    void anotherMajorVersionIsRefused(String version) {
        assertEquals(List.of("/ociVersion must be 1.x, was \"" + version
                + "\": this runtime follows version 1.3.0 of the specification"), check("'ociVersion': '" + version + "'"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'cwd': 'tmp'|/process/cwd must be an absolute path, was \"tmp\" (Cwd must be an absolute path)",
        "'args': []|/process/args: args must not be empty",
        "'args': ['a', 'b\\u0000c']|/process/args/1: contains a null byte: \"b\\u0000c\"",
        "'env': ['A=1', 'B']|/process/env/1: invalid environment variable: missing '=': \"B\"",
        "'env': ['=x']|/process/env/0: invalid environment variable: name cannot be empty: \"=x\"",
        "'env': ['A=\\u0000']|/process/env/0: invalid environment variable \"A=\\u0000\": contains nul byte",
        "'user': {'uid': 4294967295}|/process/user/uid must be less than 4294967295, which the kernel takes for no id",
        "'rlimits': [{'type': 'RLIMIT_X', 'hard': 1, 'soft': 1}]|/process/rlimits/0/type: wrong rlimit value: \"RLIMIT_X\"",
        "'rlimits': [{'type': 'RLIMIT_AS', 'hard': 1, 'soft': 18446744073709551615}]|/process/rlimits/0/soft must not be "
                + "above the hard limit 1, was 18446744073709551615",
        "'rlimits': [{'type': 'RLIMIT_AS', 'hard': 1, 'soft': 1}, {'type': 'RLIMIT_AS', 'hard': 1, 'soft': 1}]|"
                + "/process/rlimits/1 sets \"RLIMIT_AS\" again, after /process/rlimits/0",
        "'oomScoreAdj': 1001|/process/oomScoreAdj must be from -1000 to 1000, was 1001",
        "'scheduler': {}|/process/scheduler/policy: scheduler policy is required",
        "'scheduler': {'policy': 'X'}|/process/scheduler/policy: invalid scheduler policy: \"X\"",
        "'scheduler': {'policy': 'SCHED_OTHER', 'nice': 20}|/process/scheduler/nice: invalid scheduler.nice: 20 when "
                + "scheduler.policy is SCHED_OTHER",
        "'scheduler': {'policy': 'SCHED_IDLE', 'priority': 1}|/process/scheduler/priority: scheduler.priority can only be "
                + "specified for SchedFIFO or SchedRR policy",
        "'scheduler': {'policy': 'SCHED_RR'}|/process/scheduler/priority must be from 1 to 99, was 0",
        "'scheduler': {'policy': 'SCHED_OTHER', 'period': 1}|/process/scheduler: scheduler runtime/deadline/period can "
                + "only be specified for SchedDeadline policy",
        "'scheduler': {'policy': 'SCHED_OTHER', 'flags': ['X']}|/process/scheduler/flags/0: invalid scheduler flag: \"X\"",
        "'ioPriority': {'class': 'X', 'priority': 1}|/process/ioPriority/class: invalid ioPriority.Class: \"X\"",
        "'ioPriority': {'class': 'IOPRIO_CLASS_RT', 'priority': 8}|/process/ioPriority/priority: invalid "
                + "ioPriority.Priority: 8, must be from 0 to 7",
        "'execCPUAffinity': {'initial': '3-1'}|/process/execCPUAffinity/initial: invalid range: 3-1",
        "'execCPUAffinity': {'final': '0-70000'}|/process/execCPUAffinity/final: values larger than 65535 are not "
                + "supported: \"0-70000\"",
    })
    void namesTheFaultOfTheProcess(String properties, String message) {
        assertEquals(List.of(message), checkProcess(properties));
    }

    @Test
    void unknownCapabilitiesAreNoFault() {
        assertEquals(List.of(), checkProcess("'capabilities': {'bounding': ['CAP_OF_THE_FUTURE']}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'hostname': 'h'|/hostname: unable to set hostname without a private UTS namespace",
        "'domainname': 'h'|/domainname: unable to set domainname without a private UTS namespace",
        "'mounts': [{'destination': ''}]|/mounts/0/destination must not be empty",
        "'mounts': [{'destination': '/a'}, {'destination': '/b\\u0000'}]|/mounts/1/destination: mount field contains null "
                + "byte: \"/b\\u0000\"",
        "'mounts': [{'destination': '/a', 'options': ['ro', '\\u0000']}]|/mounts/0/options/1: mount field contains null "
                + "byte: \"\\u0000\"",
        "'mounts': [{'destination': '/a', 'options': ['bind', 'idmap']}]|/mounts/0 must have uidMappings and gidMappings: "
                + "it is to be id-mapped, and there is no user namespace to take the mappings from",
        "'mounts': [{'destination': '/a', 'options': ['rbind'], 'uidMappings': [{'containerID': 0, 'hostID': 1, 'size': "
                + "1}]}]|/mounts/0: id-mapped mounts must have both uid and gid mappings specified",
        "'mounts': [{'destination': '/a', 'uidMappings': [{'containerID': 0, 'hostID': 1, 'size': 1}], 'gidMappings': "
                + "[{'containerID': 0, 'hostID': 1, 'size': 1}]}]|/mounts/0: id-mapped mounts are only supported for "
                + "bind-mounts",
        "'hooks': {'poststop': [{'path': '/a'}, {'path': 'b'}]}|/hooks/poststop/1/path must be an absolute path, was \"b\"",
        "'hooks': {'prestart': [{'path': '/a', 'timeout': 0}]}|/hooks/prestart/0/timeout must be greater than 0 seconds, "
                + "was 0",
        "'hooks': {'createRuntime': [{'path': '/a', 'args': ['\\u0000']}]}|/hooks/createRuntime/0/args/0: contains a null "
                + "byte: \"\\u0000\"",
        "'annotations': {'': 'x'}|/annotations must not have an empty key",
    })
    void namesTheFaultOfThePlatformIndependentPart(String properties, String message) {
        assertEquals(List.of(message), check(properties));
    }

    @Test
    void aHostNameMayHave64BytesNotMore() {
        String uts = ", 'linux': {'namespaces': [{'type': 'uts', 'path': '/proc/1/ns/uts'}]}";
        assertEquals(List.of(), check("'hostname': '" + "a".repeat(64) + "'" + uts));
        assertEquals(List.of("/hostname must not be longer than 64 bytes, was \"" + "ä".repeat(33) + "\""),
                check("'hostname': '" + "ä".repeat(33) + "'" + uts));
    }

    @Test
    void aRelativeMountDestinationIsDeprecatedButNoFault() {
        assertEquals(List.of(), check("'mounts': [{'destination': 'a'}]"));
    }

    @Test
    void anIdMappedMountMayTakeTheMappingsOfTheUserNamespace() {
        assertEquals(List.of(), check("'mounts': [{'destination': '/a', 'options': ['bind', 'ridmap']}], 'linux': "
                + "{'namespaces': [{'type': 'user', 'path': '/proc/1/ns/user'}]}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "pid uts pid|``|/linux/namespaces/2: malformed spec file: duplicated ns \"pid\"",
        "user|``|/linux/uidMappings: user namespaces enabled, but no namespace path to join nor mappings to apply specified",
        "user|'uidMappings': [{'containerID': 0, 'hostID': 1, 'size': 1}]|/linux/gidMappings must not be empty when the "
                + "other mappings are given",
        "pid|'gidMappings': [{'containerID': 0, 'hostID': 1, 'size': 1}]|/linux/gidMappings: user namespace mappings "
                + "specified, but user namespace isn't enabled in the config",
        "``|'timeOffsets': {'monotonic': {'secs': 1}}|/linux/timeOffsets: time namespace offsets specified, but time "
                + "namespace isn't enabled in the config",
        "time|'timeOffsets': {'realtime': {'secs': 1}}|/linux/timeOffsets/realtime is no clock of a time namespace: must "
                + "be \"monotonic\" or \"boottime\"",
        "time|'timeOffsets': {'boottime': {'nanosecs': 1000000000}}|/linux/timeOffsets/boottime/nanosecs must be less than "
                + "1000000000, was 1000000000",
        "pid|'namespaces': [{'type': 'ipc', 'path': 'ns/ipc'}]|/linux/namespaces/0/path must be an absolute path, was "
                + "\"ns/ipc\"",
        "pid|'maskedPaths': ['/a']|/linux/maskedPaths: unable to restrict sys entries without a private MNT namespace",
        "mount|'readonlyPaths': ['/a', 'b']|/linux/readonlyPaths/1 must be an absolute path, was \"b\"",
        "mount|'rootfsPropagation': 'x'|/linux/rootfsPropagation: rootfsPropagation=\"x\" is not supported",
        "pid|'personality': {'domain': 'X'}|/linux/personality/domain must be \"LINUX\" or \"LINUX32\", was \"X\"",
        "pid|'devices': [{'type': 'x', 'path': '/d'}]|/linux/devices/0/type must be \"c\", \"u\", \"b\" or \"p\", was "
                + "\"x\"",
        "pid|'devices': [{'type': 'c', 'path': 'd'}]|/linux/devices/0/path must be an absolute path, was \"d\"",
        "pid|'devices': [{'type': 'b', 'path': '/d', 'major': 4096}]|/linux/devices/0/major must be from 0 to 4095, was "
                + "4096",
        "pid|'devices': [{'type': 'b', 'path': '/d', 'minor': -1}]|/linux/devices/0/minor must be from 0 to 1048575, was "
                + "-1",
        "pid|'netDevices': {'eth0': {}}|/linux/netDevices: unable to move network devices without a NET namespace",
        "network|'netDevices': {'a/b': {}}|/linux/netDevices/a~1b: invalid network device name \"a/b\"",
        "network|'netDevices': {'a': {'name': 'sixteencharacter'}}|/linux/netDevices/a/name: invalid network device name "
                + "\"sixteencharacter\"",
        "network|'netDevices': {'a': {'name': 'c'}, 'b': {'name': 'c'}}|/linux/netDevices/b must not have the name \"c\" in "
                + "the container, like another",
        "pid|'intelRdt': {'closID': 'a/b'}|/linux/intelRdt/closID: invalid intelRdt.ClosID \"a/b\"",
        "pid|'intelRdt': {'memBwSchema': 'L3:0=1'}|/linux/intelRdt/memBwSchema must be one line that starts with \"MB:\", "
                + "was \"L3:0=1\"",
    })
    void namesTheFaultOfTheLinuxPart(String namespaces, String properties, String message) {
        assertEquals(List.of(message), checkLinux(namespaces == null ? "" : namespaces, properties == null ? "" : properties));
    }

    @Test
    void anUnknownNamespaceIsRefusedByTheReaderAlready() {
        String message = assertThrows(SpecException.class, () -> checkLinux("x", "")).getMessage();
        assertEquals("config.json:1:122: /linux/namespaces/0/type is unknown: namespace \"x\" does not exist", message);
    }

    @Test
    void aJoinedTimeNamespaceCanNotBeGivenOffsets() {
        assertEquals(List.of("/linux/timeOffsets: time namespace enabled, but both namespace path and time offsets "
                + "specified -- you may only provide one"),
                checkLinux("", "'namespaces': [{'type': 'time', 'path': '/t'}], 'timeOffsets': {'boottime': {'secs': 1}}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'containerID': 0, 'hostID': 9, 'size': 0|/linux/uidMappings/1/size must be greater than 0",
        "'containerID': 4294967295, 'hostID': 9, 'size': 1|/linux/uidMappings/1 must not reach beyond id 4294967294",
        "'containerID': 4, 'hostID': 9, 'size': 2|/linux/uidMappings/1/containerID must not overlap with "
                + "/linux/uidMappings/0",
        "'containerID': 6, 'hostID': 14, 'size': 2|/linux/uidMappings/1/hostID must not overlap with "
                + "/linux/uidMappings/0",
    })
    void namesTheFaultOfAnIdMapping(String second, String message) {
        assertEquals(List.of(message), checkLinux("user", "'uidMappings': [{'containerID': 5, 'hostID': 15, 'size': 1}, {"
                + second + "}], 'gidMappings': [{'containerID': 0, 'hostID': 0, 'size': 4294967295}]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'mode': 'X'|/mode: invalid memory policy mode \"X\"",
        "'mode': 'MPOL_BIND'|/nodes: invalid memory policy: mode MPOL_BIND needs at least one node",
        "'mode': 'MPOL_LOCAL', 'nodes': '0-1'|/nodes: invalid memory policy: mode MPOL_LOCAL requires 0 nodes but got 2",
        "'mode': 'MPOL_BIND', 'nodes': 'x'|/nodes: invalid memory policy node: not a number or a range: \"x\"",
        "'mode': 'MPOL_PREFERRED', 'flags': ['X']|/flags/0: invalid memory policy flag \"X\"",
        "'mode': 'MPOL_BIND', 'nodes': '0', 'flags': ['MPOL_F_RELATIVE_NODES', 'MPOL_F_STATIC_NODES']|/flags: invalid "
                + "memory policy: MPOL_F_RELATIVE_NODES and MPOL_F_STATIC_NODES exclude each other",
    })
    void namesTheFaultOfTheMemoryPolicy(String properties, String message) {
        assertEquals(List.of("/linux/memoryPolicy" + message), checkLinux("", "'memoryPolicy': {" + properties + "}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "ipc|kernel.shmmax", "ipc|fs.mqueue.msg_max", "ipc|fs/mqueue/msg_max", "network|net.ipv4.ip_forward",
        "network|net/ipv4/conf/eno2.100/x", "user|user.max_user_namespaces", "uts|kernel.domainname",
    })
    void aParameterOfAnOwnNamespaceMayBeSet(String namespace, String name) {
        assertEquals(List.of(), sysctl(namespace + " mount", name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "pid|kernel.shmmax|/linux/sysctl/kernel.shmmax: sysctl \"kernel.shmmax\" is not allowed in the hosts ipc namespace",
        "pid|net/core/somaxconn|/linux/sysctl/net~1core~1somaxconn: sysctl \"net.core.somaxconn\" not allowed in host "
                + "network namespace",
        "pid|user.max_ipc_namespaces|/linux/sysctl/user.max_ipc_namespaces: setting ucounts without a user namespace not "
                + "allowed: \"user.max_ipc_namespaces\"",
        "uts|kernel.hostname|/linux/sysctl/kernel.hostname: sysctl \"kernel.hostname\" is not allowed as it conflicts with "
                + "the OCI \"hostname\" field",
        "pid|kernel.domainname|/linux/sysctl/kernel.domainname: sysctl \"kernel.domainname\" is not in a separate kernel "
                + "namespace",
        "network|vm.swappiness|/linux/sysctl/vm.swappiness: sysctl \"vm.swappiness\" is not in a separate kernel namespace",
        "network|net/../kernel/core_pattern|/linux/sysctl/net~1..~1kernel~1core_pattern must be the name of a kernel "
                + "parameter",
        "network|net.//.kernel.core_pattern|/linux/sysctl/net.~1~1.kernel.core_pattern must be the name of a kernel "
                + "parameter",
        "network|net..x|/linux/sysctl/net..x must be the name of a kernel parameter",
    })
    void aParameterOfTheHostMayNotBeSet(String namespaces, String name, String message) {
        assertEquals(List.of(message), sysctl(namespaces, name));
    }

    private static List<String> sysctl(String namespaces, String name) {
        String maps = "'uidMappings': [{'containerID': 0, 'hostID': 1, 'size': 1}], 'gidMappings': [{'containerID': 0, "
                + "'hostID': 1, 'size': 1}], ";
        return checkLinux(namespaces, (namespaces.contains("user") ? maps : "") + "'sysctl': {'" + name + "': '1'}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'devices': [{'allow': true}]|/devices/0/access: device access at 0 field cannot be empty",
        "'devices': [{'allow': true, 'access': 'x'}]|/devices/0/access must be made of the letters r, w, m, was \"x\"",
        "'devices': [{'allow': true, 'access': 'r', 'type': 'p'}]|/devices/0/type must be \"a\", \"b\" or \"c\", was \"p\"",
        "'hugepageLimits': [{'pageSize': '../x', 'limit': 1}]|/hugepageLimits/0/pageSize must be a size like \"2MB\", was "
                + "\"../x\"",
        "'hugepageLimits': [{'pageSize': '02MB', 'limit': 1}]|/hugepageLimits/0/pageSize must be a size like \"2MB\", was "
                + "\"02MB\"",
        "'unified': {'../a.b': 'x'}|/unified/..~1a.b: unified resource \"../a.b\" must be a file name (no slashes)",
        "'unified': {'memory': 'x'}|/unified/memory: unified resource \"memory\" should be in the form CONTROLLER.PARAMETER",
    })
    void namesTheFaultOfTheResources(String properties, String message) {
        assertEquals(List.of("/linux/resources" + message), checkLinux("", "'resources': {" + properties + "}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'defaultAction': 'X'|/defaultAction: string \"X\" is not a valid action for seccomp",
        "'defaultAction': 'SCMP_ACT_NOTIFY', 'listenerPath': '/s'|/defaultAction: SCMP_ACT_NOTIFY cannot be used as default "
                + "action",
        "'defaultAction': 'SCMP_ACT_ALLOW', 'defaultErrnoRet': 1|/defaultErrnoRet must not be given: only SCMP_ACT_ERRNO and "
                + "SCMP_ACT_TRACE return something",
        "'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 65536|/defaultErrnoRet must be from 0 to 65535, was 65536",
        "'defaultAction': 'SCMP_ACT_LOG', 'architectures': ['X']|/architectures/0: string \"X\" is not a valid arch for "
                + "seccomp",
        "'defaultAction': 'SCMP_ACT_LOG', 'flags': ['X']|/flags/0: seccomp flag \"X\" is not known to jrunc",
        "'defaultAction': 'SCMP_ACT_LOG', 'listenerMetadata': 'x'|/listenerMetadata must not be given without listenerPath",
        "'syscalls': [{'names': ['a'], 'action': 'SCMP_ACT_LOG'}]|/defaultAction: string \"\" is not a valid action for "
                + "seccomp",
        "'defaultAction': 'SCMP_ACT_LOG', 'syscalls': [{'names': [], 'action': 'SCMP_ACT_KILL'}]|/syscalls/0/names must not "
                + "be empty",
        "'defaultAction': 'SCMP_ACT_LOG', 'syscalls': [{'names': ['a'], 'action': 'X'}]|/syscalls/0/action: string \"X\" is "
                + "not a valid action for seccomp",
        "'defaultAction': 'SCMP_ACT_LOG', 'syscalls': [{'names': ['a'], 'action': 'SCMP_ACT_KILL', 'errnoRet': 1}]|"
                + "/syscalls/0/errnoRet must not be given: only SCMP_ACT_ERRNO and SCMP_ACT_TRACE return something",
        "'defaultAction': 'SCMP_ACT_LOG', 'syscalls': [{'names': ['a'], 'action': 'SCMP_ACT_NOTIFY'}]|/listenerPath: seccomp "
                + "listenerPath is not set",
        "'defaultAction': 'SCMP_ACT_LOG', 'listenerPath': '/s', 'syscalls': [{'names': ['read', 'write'], 'action': "
                + "'SCMP_ACT_NOTIFY'}]|/syscalls/0/names/1: SCMP_ACT_NOTIFY cannot be used for the write syscall",
        "'defaultAction': 'SCMP_ACT_LOG', 'syscalls': [{'names': ['a'], 'action': 'SCMP_ACT_KILL', 'args': [{'index': 6, "
                + "'value': 0, 'op': 'SCMP_CMP_EQ'}]}]|/syscalls/0/args/0/index must be from 0 to 5, was 6",
        "'defaultAction': 'SCMP_ACT_LOG', 'syscalls': [{'names': ['a'], 'action': 'SCMP_ACT_KILL', 'args': [{'index': 0, "
                + "'value': 0, 'op': '=='}]}]|/syscalls/0/args/0/op: string \"==\" is not a valid operator for seccomp",
    })
    void namesTheFaultOfTheSeccompProfile(String properties, String message) {
        assertEquals(List.of("/linux/seccomp" + message), checkLinux("", "'seccomp': {" + properties + "}"));
    }

    @Test
    void anEmptySeccompProfileIsNoFilter() {
        assertEquals(List.of(), checkLinux("", "'seccomp': {'flags': null}"));
    }
}
