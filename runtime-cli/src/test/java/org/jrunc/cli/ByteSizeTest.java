package org.jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "4096, 4096", "32b, 32", "1k, 1024", "1kb, 1024", "1KiB, 1024", "512M, 536870912",
        "1.5g, 1610612736", "2 t, 2199023255552", "1P, 1125899906842624", "9223372036854775807, 9223372036854775807"})
    void isBytesOrTakesAUnitOfDockers(String text, long bytes) {
        assertEquals(bytes, ByteSize.parse(text).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1x", "-1", "M", ".5M", "1..5M", "1Mx", "1  M", "9223372036854775808",
        "9000000000G", "1ib", "0x10"})
    void otherThingsAreNoSizes(String text) {
        assertTrue(ByteSize.parse(text).isEmpty(), text);
    }
}
