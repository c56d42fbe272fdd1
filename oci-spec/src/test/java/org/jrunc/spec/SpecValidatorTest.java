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
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecValidatorTest {
    // The files under src/test/resources/faults have a fault and its message per line. They are named as files, because
    // JUnit can not see resources inside this module.

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
        for (String namespace : namespaces == null || namespaces.isEmpty() ? new String[0] : namespaces.split(" ")) {
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
    @ValueSource(strings = {"1", "1.3", "v1.3.0", "1.3.0.0", "01.3.0", "1.3.x", "1.3.0-", "1.3.0+", "1.3.0-01",
        " 1.3.0", "1.3.0-ä", "latest", "1..0", "1.3.0-a..b"})
    void whatIsNoSemanticVersionIsRefused(String version) {
        assertEquals(List.of("/ociVersion must be a semantic version like 1.3.0, was \"" + version + "\""),
                check("'ociVersion': '" + version + "'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.9.0", "2.0.0", "10.0.0"})
    void anotherMajorVersionIsRefused(String version) {
        assertEquals(List.of("/ociVersion must be 1.x, was \"" + version
                + "\": this runtime follows version 1.3.0 of the specification"),
                check("'ociVersion': '" + version + "'"));
    }

    @ParameterizedTest
    @CsvFileSource(files = "src/test/resources/faults/process.txt", delimiter = '|', quoteCharacter = '`')
    void namesTheFaultOfTheProcess(String properties, String message) {
        assertEquals(List.of(message), checkProcess(properties));
    }

    @Test
    void unknownCapabilitiesAreNoFault() {
        assertEquals(List.of(), checkProcess("'capabilities': {'bounding': ['CAP_OF_THE_FUTURE']}"));
    }

    @ParameterizedTest
    @CsvFileSource(files = "src/test/resources/faults/top-level.txt", delimiter = '|', quoteCharacter = '`')
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
    @CsvFileSource(files = "src/test/resources/faults/linux.txt", delimiter = '|', quoteCharacter = '`')
    void namesTheFaultOfTheLinuxPart(String namespaces, String properties, String message) {
        assertEquals(List.of(message), checkLinux(namespaces, properties == null ? "" : properties));
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
                checkLinux("", "'namespaces': [{'type': 'time', 'path': '/t'}], "
                        + "'timeOffsets': {'boottime': {'secs': 1}}"));
    }

    @ParameterizedTest
    @CsvFileSource(files = "src/test/resources/faults/id-mappings.txt", delimiter = '|', quoteCharacter = '`')
    void namesTheFaultOfAnIdMapping(String second, String message) {
        assertEquals(List.of(message), checkLinux("user", "'uidMappings': [{'containerID': 5, 'hostID': 15, "
                + "'size': 1}, {" + second + "}], "
                + "'gidMappings': [{'containerID': 0, 'hostID': 0, 'size': 4294967295}]"));
    }

    @ParameterizedTest
    @CsvFileSource(files = "src/test/resources/faults/memory-policy.txt", delimiter = '|', quoteCharacter = '`')
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
    @CsvFileSource(files = "src/test/resources/faults/sysctl.txt", delimiter = '|', quoteCharacter = '`')
    void aParameterOfTheHostMayNotBeSet(String namespaces, String name, String message) {
        assertEquals(List.of(message), sysctl(namespaces, name));
    }

    private static List<String> sysctl(String namespaces, String name) {
        String maps = "'uidMappings': [{'containerID': 0, 'hostID': 1, 'size': 1}], 'gidMappings': [{'containerID': 0, "
                + "'hostID': 1, 'size': 1}], ";
        return checkLinux(namespaces, (namespaces.contains("user") ? maps : "") + "'sysctl': {'" + name + "': '1'}");
    }

    @ParameterizedTest
    @CsvFileSource(files = "src/test/resources/faults/resources.txt", delimiter = '|', quoteCharacter = '`')
    void namesTheFaultOfTheResources(String properties, String message) {
        assertEquals(List.of("/linux/resources" + message), checkLinux("", "'resources': {" + properties + "}"));
    }

    @ParameterizedTest
    @CsvFileSource(files = "src/test/resources/faults/seccomp.txt", delimiter = '|', quoteCharacter = '`')
    void namesTheFaultOfTheSeccompProfile(String properties, String message) {
        assertEquals(List.of("/linux/seccomp" + message), checkLinux("", "'seccomp': {" + properties + "}"));
    }

    @Test
    void anEmptySeccompProfileIsNoFilter() {
        assertEquals(List.of(), checkLinux("", "'seccomp': {'flags': null}"));
    }
}
