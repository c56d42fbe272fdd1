package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SeccompSourceTest {

    private static Spec spec(String json) {
        return SpecReader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "c");
    }

    private static SeccompSource source(String seccomp) {
        return spec("{'ociVersion': '1.3.0',\n 'linux': { 'seccomp': " + seccomp + ", 'cgroupsPath': 'x' }}").linux()
                .orElseThrow().seccomp().orElseThrow();
    }

    @Test
    void hasTheTextFromBraceToBrace() {
        String json = "{ \"é\": \"}\\\"{\", \"syscalls\":\t[{\"names\": [\"a\"], \"action\": \"A\" } ]\n}";
        SeccompSource source = source(json);
        assertEquals(json, new String(source.text(), StandardCharsets.UTF_8));
        assertEquals("a", source.read().syscalls().get(0).names().get(0));
        assertEquals(json, new String(source.text(), StandardCharsets.UTF_8), "also when it is read");
    }

    static java.util.List<Path> bundles() {
        return TestFiles.bundles();
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void theTextAloneIsTheSameProfile(Path config) {
        Optional<SeccompSource> source = SpecReader.read(config).linux().orElseThrow().seccomp();
        if (source.isPresent()) {
            String text = new String(source.get().text(), StandardCharsets.UTF_8);
            assertEquals(source.get().checked(), source(text).read());
        }
    }

    @Test
    void ofTwoTheLastOneCounts() {
        assertEquals("B", source("{'defaultAction': 'A'}, 'seccomp': {'defaultAction': 'B'}").read().defaultAction());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'syscalls': [{'names': [5], 'action': 'A'}]}|c:2:49: /linux/seccomp/syscalls/0/names/0 must be a string, is "
                + "a number",
        "{'syscalls': [{'action': 'A'}]}|c:2:38: /linux/seccomp/syscalls/0/names is missing",
        "{'flags': 7}|c:2:34: /linux/seccomp/flags must be an array, is a number",
    })
    void aFaultInFormIsFoundWhenItIsRead(String seccomp, String message) {
        SeccompSource source = source(seccomp);
        assertEquals(message, assertThrows(SpecException.class, source::read).getMessage());
        assertEquals(message, assertThrows(SpecException.class, source::checked).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'syscalls': [{'names': ['a' 'b']}]}|c:2:53: malformed JSON: Unexpected character ('\"' (code 34)): was "
                + "expecting comma to separate Array entries (in /linux/seccomp/syscalls/0/names, which starts in line "
                + "2)",
        "5|c:2:24: /linux/seccomp must be an object, is a number",
        "[]|c:2:24: /linux/seccomp must be an object, is an array",
    })
    void whatIsNoObjectOfGoodFormIsRefusedAtOnce(String seccomp, String message) {
        assertEquals(message, assertThrows(SpecException.class, () -> source(seccomp)).getMessage());
    }

    @Test
    void isNotReadDeeperThanTheRestOfTheDocument() {
        int levels = LocatedJsonParser.MAX_DEPTH - 3;
        assertDoesNotThrow(source("{'x': " + "[".repeat(levels) + "]".repeat(levels) + "}")::read);
        SeccompSource source = source("{'x': " + "[".repeat(levels + 1) + "]".repeat(levels + 1) + "}");
        String message = assertThrows(SpecException.class, source::read).getMessage();
        assertEquals("nested deeper than 100", message.substring(message.indexOf("nested"), message.indexOf(" (in")));
    }

    @Test
    void itsMeaningIsCheckedByItselfOrTogetherWithTheRest() {
        String bad = "{'ociVersion': '1.3.0', 'root': {'path': 'r'}, 'process': {'args': ['a'], 'cwd': '/'},"
                + " 'linux': {'seccomp': {'defaultAction': 'X'}}}";
        String message = "/linux/seccomp/defaultAction: string \"X\" is not a valid action for seccomp";
        Spec spec = spec(bad);
        assertDoesNotThrow(() -> SpecValidator.validate(spec));
        assertEquals(message, SpecValidator.check(spec).get(0).getMessage());
        SeccompSource source = spec.linux().orElseThrow().seccomp().orElseThrow();
        assertEquals(message, assertThrows(SpecException.class, source::checked).getMessage());
    }
}
