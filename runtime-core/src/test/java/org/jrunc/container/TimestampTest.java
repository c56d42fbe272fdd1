package org.jrunc.container;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampTest {

    @ParameterizedTest
    @CsvSource({"0, 0, 1970-01-01T00:00:00.000000000Z", "1767225599, 5, 2025-12-31T23:59:59.000000005Z",
        "951827696, 999999999, 2000-02-29T12:34:56.999999999Z", "-1, 1, 1969-12-31T23:59:59.000000001Z"})
    void isRfc3339InUtcWithNanoseconds(long second, int nano, String expected) {
        assertEquals(expected, Timestamp.of(second, nano));
        assertEquals(Instant.ofEpochSecond(second, nano), Instant.parse(Timestamp.of(second, nano)));
    }
}
