package org.jrunc.cli;

import java.util.OptionalLong;

/** Durations as Go's {@code time.ParseDuration} takes them: {@code 5s}, {@code 100ms}, {@code 1m30s}, {@code 1.5h}. */
final class GoDuration {

    private static final String[] UNITS = {"ns", "us", "\u00b5s", "\u03bcs", "ms", "s", "m", "h"};
    private static final double[] NANOS = {1, 1e3, 1e3, 1e3, 1e6, 1e9, 60e9, 3600e9};

    private GoDuration() {
    }

    /** Nanoseconds; empty for what is no duration. */
    static OptionalLong parse(String text) {
        if (text.equals("0")) {
            return OptionalLong.of(0);
        }
        boolean negative = text.startsWith("-");
        int at = negative || text.startsWith("+") ? 1 : 0;
        double nanos = 0;
        if (at == text.length()) {
            return OptionalLong.empty();
        }
        while (at < text.length()) {
            int digits = end(text, at, true);
            int unit = end(text, digits, false);
            double part = part(text.substring(at, digits), text.substring(digits, unit));
            if (part < 0) {
                return OptionalLong.empty();
            }
            nanos += part;
            at = unit;
        }
        return nanos > Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of((long) (negative ? -nanos : nanos));
    }

    private static int end(String text, int start, boolean digits) {
        int at = start;
        while (at < text.length() && digits == (text.charAt(at) >= '0' && text.charAt(at) <= '9'
                || text.charAt(at) == '.')) {
            at++;
        }
        return at;
    }

    /** A number of units, -1 when it is none. */
    private static double part(String number, String unit) {
        for (int i = 0; i < UNITS.length; i++) {
            if (UNITS[i].equals(unit)) {
                try {
                    return Double.parseDouble(number) * NANOS[i];
                } catch (NumberFormatException e) {
                    return -1;
                }
            }
        }
        return -1;
    }
}
