package org.jrunc.cli;

import java.util.OptionalInt;

/** The names of signals, signal(7). The numbers are the same on x86_64 and aarch64. */
final class Signals {

    /** The last signal, SIGRTMAX. */
    static final int SIGRTMAX = 64;

    /** The first real-time signal that glibc leaves to programs; 32 and 33 are its own. */
    static final int SIGRTMIN = 34;

    /** By number; 0 is a probe without a name. */
    private static final String[] NAMES = {"", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL",
        "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU",
        "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"};

    private Signals() {
    }

    /**
     * The number of a signal given as the user may write it.
     *
     * @param text a decimal number from 0 to 64, or a name in any case with or without {@code SIG}
     * @return the number, empty if there is no such signal
     */
    static OptionalInt number(String text) {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (isDigits(text)) {
            return text.length() < 4 ? valid(Integer.parseInt(text)) : OptionalInt.empty();
        }
        String name = upperCase(text);
        if (name.startsWith("SIG")) {
            name = name.substring(3);
        }
        if (name.startsWith("RTM")) {
            return realTime(name);
        }
        for (int i = 1; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                return OptionalInt.of(i);
            }
        }
        return alias(name);
    }

    private static OptionalInt alias(String name) {
        return switch (name) {
            case "IOT" -> OptionalInt.of(6);
            case "CLD" -> OptionalInt.of(17);
            case "POLL" -> OptionalInt.of(29);
            default -> OptionalInt.empty();
        };
    }

    /** {@code RTMIN}, {@code RTMIN+n}, {@code RTMAX}, {@code RTMAX-n}. */
    private static OptionalInt realTime(String name) {
        boolean fromBelow = name.startsWith("RTMIN");
        if (!fromBelow && !name.startsWith("RTMAX")) {
            return OptionalInt.empty();
        }
        int base = fromBelow ? SIGRTMIN : SIGRTMAX;
        String rest = name.substring(5);
        if (rest.isEmpty()) {
            return OptionalInt.of(base);
        }
        String offset = rest.substring(1);
        if (rest.charAt(0) != (fromBelow ? '+' : '-') || offset.isEmpty() || offset.length() > 2 || !isDigits(offset)) {
            return OptionalInt.empty();
        }
        int number = fromBelow ? base + Integer.parseInt(offset) : base - Integer.parseInt(offset);
        return number < SIGRTMIN ? OptionalInt.empty() : valid(number);
    }

    private static OptionalInt valid(int number) {
        return number <= SIGRTMAX ? OptionalInt.of(number) : OptionalInt.empty();
    }

    private static boolean isDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** ASCII only, so that no locale and no odd letter changes what a name means. */
    private static String upperCase(String text) {
        char[] chars = text.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            if (chars[i] >= 'a' && chars[i] <= 'z') {
                chars[i] -= 'a' - 'A';
            }
        }
        return new String(chars);
    }
}
