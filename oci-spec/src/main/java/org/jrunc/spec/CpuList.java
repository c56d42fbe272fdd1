package org.jrunc.spec;

import java.util.BitSet;

/**
 * Lists of CPUs or memory nodes as cpuset(7) writes them: {@code 0-3,7}. Spaces around elements and empty elements are
 * accepted, as by runc.
 */
public final class CpuList {
    /** More than any kernel can have. */
    private static final int LIMIT = 1 << 16;

    private CpuList() {
    }

    /**
     * The numbers in a list.
     *
     * @throws IllegalArgumentException if it is not one; the message says why and quotes it
     */
    public static BitSet parse(String list) {
        BitSet numbers = new BitSet();
        int start = 0;
        while (start <= list.length()) {
            int comma = list.indexOf(',', start);
            int end = comma < 0 ? list.length() : comma;
            add(numbers, list.substring(start, end).strip());
            start = end + 1;
        }
        if (numbers.isEmpty()) {
            throw new IllegalArgumentException("names nothing: " + Text.quote(list));
        }
        return numbers;
    }

    private static void add(BitSet numbers, String element) {
        if (element.isEmpty()) {
            return;
        }
        int dash = element.indexOf('-');
        int first = number(dash < 0 ? element : element.substring(0, dash), element);
        int last = dash < 0 ? first : number(element.substring(dash + 1), element);
        if (first > last) {
            throw new IllegalArgumentException("invalid range: " + element);
        }
        numbers.set(first, last + 1);
    }

    private static int number(String digits, String element) {
        int number = digits.isEmpty() ? -1 : 0;
        for (int i = 0; i < digits.length() && number >= 0; i++) {
            int digit = digits.charAt(i) - '0';
            number = digit < 0 || digit > 9 ? -1 : Math.min(number * 10 + digit, LIMIT);
        }
        if (number < 0) {
            throw new IllegalArgumentException("not a number or a range: " + Text.quote(element));
        }
        if (number >= LIMIT) {
            throw new IllegalArgumentException("values larger than " + (LIMIT - 1) + " are not supported: "
                    + Text.quote(element));
        }
        return number;
    }
}
