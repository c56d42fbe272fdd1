package org.jrunc.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GVariantTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "true|b|true",
        " false |b|false",
        "5|i|5",
        "-5|i|-5",
        "0x10|i|16",
        "010|i|8",
        "uint64 123456789|t|123456789",
        "uint64 18446744073709551615|t|18446744073709551615",
        "byte 255|y|255",
        "int16 -32768|n|-32768",
        "int64 -9223372036854775808|x|-9223372036854775808",
        "uint32 7|u|7",
        "1.5|d|1.5",
        "1e3|d|1000.0",
        "double 2|d|2.0",
        "'inactive-or-failed'|s|'inactive-or-failed'",
        "\"it's\"|s|'it's'",
        "'a\\tb\\u00e9\\'c'|s|'a\tbé'c'",
        "objectpath '/a'|o|'/a'",
        "[1, 2]|ai|[1, 2]",
        "['a', 'b', ]|as|['a', 'b']",
        "[uint64 1, 2]|at|[1, 2]",
        "@as []|as|[]",
        "@a(st) [('/dev/sda', 100)]|a(st)|[('/dev/sda', 100)]",
        "[byte 0x01, 0xff]|ay|[1, 255]",
        "b'ab'|ay|[0x61, 0x62, 0x0]",
        "(1, 'x', true)|(isb)|(1, 'x', true)",
        "{'a': 1, 'b': 2}|a{si}|{'a': 1, 'b': 2}",
        "{'a': <1>}|a{sv}|{'a': <1>}",
        "@a{sv} {}|a{sv}|{}",
        "<'x'>|v|<'x'>"})
    void readsValuesOfAllTypes(String text, String signature, String value) {
        BusValue parsed = GVariantText.parse(text);
        assertEquals(signature, parsed.signature());
        assertEquals(value, parsed.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "inactive", "'open", "5 6", "uint64 -1", "byte 256", "uint16 65536", "2147483648",
        "uint64 18446744073709551616", "[]", "[1, 'a']", "[1 2]", "{1: 2", "{[1]: 2}", "()", "@s 5", "@zz 5",
        "@a{v}s []", "@(i) (1, 2)", "uint64 1.5", "'a' 'b'", "<1", "byte true", "double 'a'", "'\\u12'", "'\\uD8zz'",
        "'\\0'x", "-", "+", "0x", "1.2.3", "b"})
    void refusesWhatIsNone(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> GVariantText.parse(text)).getMessage();
        assertTrue(message.contains("(at character "), message);
    }

    @Test
    void refusesADeepNestOfBracketsWithoutOverflowingTheStack() {
        String text = "[".repeat(100_000);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> GVariantText.parse(text)).getMessage()
                .startsWith("nested too deep"));
        assertThrows(IllegalArgumentException.class, () -> GVariantText.parse("@" + "a".repeat(100_000) + "s []"));
    }

    @Test
    void writesToAMessageWhatItRead() throws BusFailure {
        StringBuilder calls = new StringBuilder();
        BusValue.variant(GVariantText.parse("@a(sx) [('a', -1)]")).writeTo(new BusSink() {
            @Override
            public void number(char type, long bits) {
                calls.append(type).append('=').append(bits).append(' ');
            }

            @Override
            public void text(char type, String text) {
                calls.append(type).append('=').append(text).append(' ');
            }

            @Override
            public void bytes(byte[] bytes) {
                calls.append("bytes ");
            }

            @Override
            public void open(char kind, String contents) {
                calls.append(kind).append(':').append(contents).append("{ ");
            }

            @Override
            public void close() {
                calls.append("} ");
            }
        });
        assertEquals("v:a(sx){ a:(sx){ r:sx{ s=a x=-1 } } } ", calls.toString());
    }
}
