package org.jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({"5s, 5000000000", "100ms, 100000000", "1m30s, 90000000000", "1.5h, 5400000000000", "0, 0", "0s, 0",
        "-2s, -2000000000", "+1us, 1000", "7ns, 7", "3µs, 3000", "3μs, 3000"})
    void isNumbersWithUnits(String text, long nanos) {
        assertEquals(nanos, GoDuration.parse(text).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-", "5 s", "5x", "1..s", ".s", "often"})
    void otherThingsAreNoDurations(String text) {
        assertTrue(GoDuration.parse(text).isEmpty(), text);
    }
}
