package org.jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jrunc.report.RuntimeLog.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogRecordTest {

    private static final long NOW = Instant.parse("2026-08-19T02:35:07Z").getEpochSecond();

    @Test
    void writesJsonAsLogrusDoes() {
        assertEquals("{\"level\":\"warning\",\"msg\":\"a \\\"b\\\" \\\\ \\u003c\\u003e\\u0026 \\n\\t\\u001b é\","
                + "\"time\":\"2026-08-19T02:35:07Z\"}\n",
                LogRecord.json(NOW, Level.WARNING, "a \"b\" \\ <>& \n\t\u001b é"));
    }

    @Test
    void writesTextAsLogrusDoes() {
        assertEquals("time=\"2026-08-19T02:35:07Z\" level=error"
                        + " msg=\"a \\\"b\\\" \\\\ <>& \\n\\t\\x1b\\a\\x7f é \\u2028\"\n",
                LogRecord.text(NOW, Level.ERROR, "a \"b\" \\ <>& \n\t\u001b\u0007\u007f é \u2028"));
    }

    @Test
    void doesNotQuoteHarmlessText() {
        assertEquals("time=\"2026-08-19T02:35:07Z\" level=info msg=a.b-c_d/e@f^g+1\n",
                LogRecord.text(NOW, Level.INFO, "a.b-c_d/e@f^g+1"));
    }

    @Test
    void keepsARecordOnOneLineWhateverItSays() {
        String forged = "x\"\ntime=\"2026-08-19T02:35:07Z\" level=error msg=forged\u0085\r";
        assertEquals(1, LogRecord.text(NOW, Level.DEBUG, forged).lines().count());
        assertEquals(1, LogRecord.json(NOW, Level.DEBUG, forged).lines().count());
    }

    @ParameterizedTest
    @CsvSource({"DEBUG, debug", "INFO, info", "WARNING, warning", "ERROR, error"})
    void namesLevelsAsLogrusDoes(Level level, String name) {
        assertEquals("time=\"2026-08-19T02:35:07Z\" level=" + name + " msg=x\n", LogRecord.text(NOW, level, "x"));
    }

    @Test
    void knowsTheCalendar() {
        LocalDate end = LocalDate.of(2110, 1, 1);
        for (LocalDate day = LocalDate.EPOCH; day.isBefore(end); day = day.plusDays(1)) {
            long second = day.atTime(23, 59, 8).toEpochSecond(ZoneOffset.UTC);
            assertEquals("time=\"" + day + "T23:59:08Z\" level=info msg=x\n", LogRecord.text(second, Level.INFO, "x"));
        }
    }
}
