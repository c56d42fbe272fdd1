package org.jrunc.cli;

import org.jrunc.report.RuntimeLog.Level;
import org.jrunc.spec.JsonWriter;

/**
 * Records in the shape of logrus, which runc uses and engines parse. Made by hand: java.time and String.format would
 * cost milliseconds on the way to every error.
 */
final class LogRecord {

    private static final String HEX = "0123456789abcdef";
    private static final int SECONDS_PER_DAY = 86_400;

    private LogRecord() {
    }

    /** {@code {"level":"error","msg":"…","time":"…"}}, escaped as Go does, so also for HTML. */
    static String json(long epochSecond, Level level, String message) {
        StringBuilder time = new StringBuilder(20);
        appendTime(time, epochSecond);
        return JsonWriter.compact().beginObject().property("level", name(level)).property("msg", message)
                .property("time", time.toString()).endObject() + "\n";
    }

    /** {@code time="…" level=error msg="…"}; a message of harmless characters goes without quotes. */
    static String text(long epochSecond, Level level, String message) {
        StringBuilder record = new StringBuilder(message.length() + 80);
        record.append("time=\"");
        appendTime(record, epochSecond);
        record.append("\" level=").append(name(level)).append(" msg=");
        if (needsQuotes(message)) {
            appendQuoted(record, message);
        } else {
            record.append(message);
        }
        return record.append('\n').toString();
    }

    private static String name(Level level) {
        return switch (level) {
            case DEBUG -> "debug";
            case INFO -> "info";
            case WARNING -> "warning";
            case ERROR -> "error";
        };
    }

    private static boolean needsQuotes(String message) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            boolean harmless = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                    || "-._/@^+".indexOf(c) >= 0;
            if (!harmless) {
                return true;
            }
        }
        return false;
    }

    /** As Go's {@code strconv.Quote}. */
    private static void appendQuoted(StringBuilder out, String message) {
        out.append('"');
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            int escape = "\"\\\u0007\b\f\n\r\t\u000b".indexOf(c);
            if (escape >= 0) {
                out.append('\\').append("\"\\abfnrtv".charAt(escape));
            } else if (c < ' ' || c == 0x7f) {
                out.append("\\x").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
            } else if (isUnprintable(c) || isLoneSurrogate(message, i)) {
                appendUnicodeEscape(out, c);
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** Controls and line separators that could pass for something else in a terminal or an editor. */
    private static boolean isUnprintable(char c) {
        return c >= 0x80 && c <= 0xa0 || c >= 0x200b && c <= 0x200f || c >= 0x2028 && c <= 0x202e || c == 0xfeff;
    }

    private static boolean isLoneSurrogate(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }

    private static void appendUnicodeEscape(StringBuilder out, char c) {
        out.append("\\u").append(HEX.charAt(c >> 12)).append(HEX.charAt(c >> 8 & 0xf))
                .append(HEX.charAt(c >> 4 & 0xf)).append(HEX.charAt(c & 0xf));
    }

    /** RFC 3339 in UTC, with the calendar arithmetic of {@code LocalDate.ofEpochDay}, for years from 1970 on. */
    private static void appendTime(StringBuilder out, long epochSecond) {
        int second = (int) (epochSecond % SECONDS_PER_DAY);
        // Days since 0000-03-01, so that the leap day is the last of its year; 146097 days are 400 years.
        long day = epochSecond / SECONDS_PER_DAY + 719_468;
        long era = day / 146_097;
        int dayOfEra = (int) (day % 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        long year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
        out.append(year).append('-');
        appendTwoDigits(out, month, '-');
        appendTwoDigits(out, dayOfMonth, 'T');
        appendTwoDigits(out, second / 3_600, ':');
        appendTwoDigits(out, second / 60 % 60, ':');
        appendTwoDigits(out, second % 60, 'Z');
    }

    private static void appendTwoDigits(StringBuilder out, int number, char after) {
        out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10)).append(after);
    }
}
