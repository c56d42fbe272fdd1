package org.jrunc.container;

import java.time.Instant;
import java.time.LocalDate;

/** RFC 3339 times in UTC with nanoseconds, made without java.time's formatters, which cost milliseconds at start. */
final class Timestamp {

    private static final int DAY = 86_400;

    private Timestamp() {
    }

    /** The time now. */
    static String now() {
        Instant now = Instant.now();
        return of(now.getEpochSecond(), now.getNano());
    }

    static String of(long epochSecond, int nano) {
        int second = Math.floorMod(epochSecond, DAY);
        StringBuilder text = new StringBuilder(30);
        text.append(LocalDate.ofEpochDay(Math.floorDiv(epochSecond, DAY))).append('T');
        digits(text, second / 3600, 2).append(':');
        digits(text, second / 60 % 60, 2).append(':');
        digits(text, second % 60, 2).append('.');
        return digits(text, nano, 9).append('Z').toString();
    }

    private static StringBuilder digits(StringBuilder text, int value, int width) {
        String number = Integer.toString(value);
        for (int i = number.length(); i < width; i++) {
            text.append('0');
        }
        return text.append(number);
    }
}
