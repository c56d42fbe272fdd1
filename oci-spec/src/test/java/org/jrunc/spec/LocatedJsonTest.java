package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocatedJsonTest {

    private static LocatedJson parse(String json) {
        return LocatedJson.parse(json.getBytes(StandardCharsets.UTF_8), "f.json");
    }

    private static String fault(Executable code) {
        return assertThrows(SpecException.class, code).getMessage();
    }

    @Test
    void aNodeKnowsItsPointerLineAndColumn() {
        LocatedJson document = parse("{\n  \"a/b\": [ 1,\n\t{\"~\": \"x\"} ]\n}");
        LocatedJson node = document.require("a/b").elements().get(1).require("~");
        assertEquals("/a~1b/1/~0", node.pointer());
        assertEquals(3, node.line());
        assertEquals(8, node.column());
    }

    @Test
    void columnsCountCharactersNotBytes() {
        LocatedJson node = parse("{\"é€\": 1, \"b\": true}").require("b");
        assertEquals(16, node.column());
    }

    @Test
    void aWrongTypeIsReportedWithPlaceAndBothTypes() {
        LocatedJson json = parse("{\"args\": [\"a\",\n 7]}");
        SpecException e = assertThrows(SpecException.class, () -> json.strings("args"));
        assertEquals("f.json:2:2: /args/1 must be a string, is a number", e.getMessage());
        assertEquals("/args/1", e.jsonPointer());
        assertEquals(2, e.line());
        assertEquals(2, e.column());
    }

    @Test
    void aMissingPropertyIsReportedAtItsObject() {
        LocatedJson json = parse("[{}, {\"x\": null}]");
        SpecException e = assertThrows(SpecException.class, () -> json.elements().get(1).require("x"));
        assertEquals("f.json:1:6: /1/x is missing", e.getMessage());
        assertEquals("/1/x", e.jsonPointer());
    }

    @Test
    void theDocumentItselfHasAName() {
        assertEquals("f.json:1:1: the document must be an object, is an array", fault(() -> parse("[]").string("a")));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "-0,0", "9223372036854775807,9223372036854775807", "-9223372036854775808,-9223372036854775808"})
    void int64GoesToItsBorders(String text, long expected) {
        assertEquals(expected, parse("{\"n\":" + text + "}").int64("n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "-9223372036854775809", "1.0", "1e3", "1E3", "0.5"})
    void int64RefusesTheRest(String text) {
        assertEquals("f.json:1:6: /n must be an integer from -9223372036854775808 to 9223372036854775807, is " + text,
                fault(() -> parse("{\"n\":" + text + "}").int64("n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "9223372036854775807", "9223372036854775808", "18446744073709551615"})
    void uint64GoesToItsBorders(String text) {
        assertEquals(text, Long.toUnsignedString(parse("{\"n\":" + text + "}").uint64("n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-0", "18446744073709551616", "1.0", "1e3"})
    void uint64RefusesTheRest(String text) {
        assertEquals("f.json:1:6: /n must be an integer from 0 to 18446744073709551615, is " + text,
                fault(() -> parse("{\"n\":" + text + "}").uint64("n")));
    }

    @Test
    void smallerIntegersHaveTheirRanges() {
        assertEquals(4294967295L, parse("{\"n\":4294967295}").uint32("n"));
        assertEquals(65535, parse("{\"n\":65535}").optionalUint16("n").getAsInt());
        assertEquals(-2147483648, parse("{\"n\":-2147483648}").int32("n"));
        assertThrows(SpecException.class, () -> parse("{\"n\":4294967296}").uint32("n"));
        assertThrows(SpecException.class, () -> parse("{\"n\":-1}").uint32("n"));
        assertThrows(SpecException.class, () -> parse("{\"n\":65536}").optionalUint16("n"));
        assertThrows(SpecException.class, () -> parse("{\"n\":2147483648}").int32("n"));
    }

    @Test
    void aHugeNumberIsShortenedInTheMessage() {
        assertTrue(fault(() -> parse("{\"n\":" + "9".repeat(900) + "}").int64("n")).length() < 200);
    }

    @Test
    void ofDuplicateKeysTheLastWins() {
        LocatedJson json = parse("{\"a\": 1, \"b\": {\"x\": \"1\", \"y\": \"2\", \"x\": \"3\"}, \"a\": 2}");
        assertEquals(2, json.int64("a"));
        assertEquals("{x=3, y=2}", json.stringMap("b").toString());
        assertEquals(List.of("a", "b"), json.names());
    }

    @Test
    void nullIsAbsentAlsoAsTheLastDuplicate() {
        LocatedJson json = parse("{\"a\": null, \"b\": 1, \"b\": null, \"m\": {\"k\": null}}");
        assertTrue(json.get("a").isEmpty());
        assertTrue(json.get("b").isEmpty());
        assertEquals(List.of("m"), json.names());
        assertTrue(json.stringMap("m").isEmpty());
    }

    @Test
    void nullInsideAnArrayIsNotAString() {
        assertEquals("f.json:1:11: /a/1 must be a string, is null",
                fault(() -> parse("{\"a\":[\"x\",null]}").strings("a")));
    }

    @Test
    void escapesAndCharactersBeyondTheBasicPlaneAreDecoded() {
        assertEquals("\u0000 é 😀 / \" 😀",
                parse("{\"s\":\"\\u0000 \\u00e9 \\ud83d\\ude00 \\/ \\\" 😀\"}").string("s"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "``|f.json:1:1: malformed JSON: the file is empty",
        "`{\"a\": }`|f.json:1:7: malformed JSON: Unexpected character ('}' (code 125)): expected a value",
        "`{\"a\": 1,}`|f.json:1:9: malformed JSON: Unexpected character ('}' (code 125)): was expecting double-quote",
        "`{\"a\" 1}`|f.json:1:6: malformed JSON: Unexpected character ('1' (code 49)): was expecting a colon",
        "`{a: 1}`|f.json:1:2: malformed JSON: Unexpected character ('a' (code 97)): was expecting double-quote",
        "`[01]`|f.json:1:3: malformed JSON: Invalid numeric value: Leading zeroes not allowed",
        "`{} x`|f.json:1:4: malformed JSON: Unrecognized token 'x'",
        "`{} {}`|f.json:1:4: malformed JSON: expected the end of the file after the document",
        "`{\"a\": [1, 2`|f.json:1:12: malformed JSON: unexpected end of the file (in /a, which starts in line 1)",
        "`\"abc`|f.json:1:5: malformed JSON: unexpected end of the file",
        "`// c`|f.json:1:1: malformed JSON: Unexpected character ('/' (code 47))",
        "`[\"\\q\"]`|f.json:1:4: malformed JSON: Unrecognized character escape 'q' (code 113)",
        "`NaN`|f.json:1:4: malformed JSON: Non-standard token 'NaN'",
    })
    void malformedJsonIsReportedWithPlaceAndExpectation(String json, String start) {
        String message = fault(() -> parse(json == null ? "" : json));
        assertTrue(message.startsWith(start), message);
        assertEquals(-1, message.indexOf('\n'), message);
        assertEquals(-1, message.indexOf("Source"), message);
    }

    @Test
    void nestingIsLimited() {
        assertEquals("", parse("[".repeat(100) + "]".repeat(100)).pointer());
        String message = fault(() -> parse("[".repeat(101) + "]".repeat(101)));
        assertTrue(message.startsWith("f.json:1:101: malformed JSON: nested deeper than 100"), message);
        assertThrows(SpecException.class, () -> parse("{\"a\":".repeat(1_000_000)));
    }

    @Test
    void sizeIsLimited() {
        byte[] json = new byte[LocatedJsonParser.MAX_BYTES + 1];
        Arrays.fill(json, (byte) ' ');
        assertEquals("f.json:1:1: the document must not be longer than 16777216 bytes",
                fault(() -> LocatedJson.parse(json, "f.json")));
    }

    @Test
    void onlyUtf8IsRead() {
        for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32")) {
            byte[] json = "{\"a\": 1}".getBytes(Charset.forName(charset));
            assertTrue(fault(() -> LocatedJson.parse(json, "f.json")).contains("must be UTF-8"), charset);
        }
        assertTrue(fault(() -> parse("\ufeff{}")).contains("must be UTF-8 without a byte order mark"));
        assertTrue(fault(() -> LocatedJson.parse(new byte[] {'[', '"', (byte) 0xff, '"', ']'}, "f.json"))
                .contains("Invalid UTF-8"));
    }

    @Test
    void aHostileNameCannotBreakTheMessageIntoLines() {
        String message = fault(() -> parse("{\"a\\nlevel=error\\u001b[2J\": 1}").properties().values().iterator().next()
                .string());
        assertEquals("f.json:1:25: /a\\nlevel=error\\u001b[2J must be a string, is a number",
                message.replaceFirst(":1:\\d+:", ":1:25:"));
    }
}
