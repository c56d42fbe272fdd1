package org.jrunc.cli;

import java.util.OptionalLong;

/** Sizes as Docker writes them, {@code 512M}, {@code 1.5g}, {@code 64kb}, {@code 1GiB}: all powers of 1024. */
final class ByteSize {

    private static final String UNITS = "kmgtp";

    private ByteSize() {
    }

    /** The number of bytes; empty for what is no size. */
    static OptionalLong parse(String text) {
        int end = 0;
        while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        long factor = factor(text.substring(end));
        if (end == 0 || !isDigit(text.charAt(0)) || factor == 0) {
            return OptionalLong.empty();
        }
        try {
            String number = text.substring(0, end);
            if (number.indexOf('.') < 0) {
                return OptionalLong.of(Math.multiplyExact(Long.parseLong(number), factor));
            }
            double bytes = Double.parseDouble(number) * factor;
            return bytes < Long.MAX_VALUE ? OptionalLong.of((long) bytes) : OptionalLong.empty();
        } catch (NumberFormatException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** What a unit stands for, 0 if it is none: a letter, also followed by {@code b} or {@code iB}, after one blank. */
    private static long factor(String suffix) {
        String unit = suffix.startsWith(" ") ? suffix.substring(1) : suffix;
        if (unit.isEmpty() || unit.equalsIgnoreCase("b")) {
            return 1;
        }
        int power = UNITS.indexOf(Character.toLowerCase(unit.charAt(0)));
        String rest = unit.substring(1);
        boolean known = rest.isEmpty() || rest.equalsIgnoreCase("b") || rest.equalsIgnoreCase("ib");
        return power < 0 || !known ? 0 : 1L << 10 * (power + 1);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
