package org.jrunc.systemd;

/** Numbers as GVariant writes them: decimal, octal with {@code 0}, hexadecimal with {@code 0x}, or floating point. */
final class Numbers {

    private Numbers() {
    }

    /**
     * A number of a type; without one an {@code int32}, or a {@code double} if it is not whole.
     *
     * @throws NumberFormatException when it is none, or out of the type's range
     */
    static BusValue parse(String word, String type) {
        boolean hex = word.contains("0x") || word.contains("0X");
        boolean whole = hex || word.indexOf('.') < 0 && word.indexOf('e') < 0 && word.indexOf('E') < 0;
        if (word.isEmpty() || !startsAsNumber(word)) {
            throw new NumberFormatException("neither a number nor a quoted text");
        }
        char code = !type.isEmpty() ? type.charAt(0) : whole ? 'i' : 'd';
        if (type.length() > 1 || "ynqiuhxtd".indexOf(code) < 0) {
            throw new NumberFormatException("expected a value of type " + type + ", not a number");
        }
        if (code == 'd') {
            return BusValue.number('d', Double.doubleToRawLongBits(floating(word)));
        }
        if (!whole) {
            throw new NumberFormatException("not a whole number");
        }
        return BusValue.number(code, whole(word, code, hex));
    }

    private static boolean startsAsNumber(String word) {
        int at = word.charAt(0) == '-' || word.charAt(0) == '+' ? 1 : 0;
        return at < word.length() && (word.charAt(at) >= '0' && word.charAt(at) <= '9' || word.charAt(at) == '.');
    }

    private static double floating(String word) {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw new NumberFormatException("not a number");
        }
    }

    private static long whole(String word, char type, boolean hex) {
        boolean negative = word.charAt(0) == '-';
        int start = negative || word.charAt(0) == '+' ? 1 : 0;
        int radix = hex ? 16 : word.length() > start + 1 && word.charAt(start) == '0' ? 8 : 10;
        long magnitude;
        try {
            magnitude = Long.parseUnsignedLong(word, start + (hex ? 2 : 0), word.length(), radix);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new NumberFormatException("not a number, or too large");
        }
        long max = switch (type) {
            case 'y' -> 0xff;
            case 'n' -> Short.MAX_VALUE;
            case 'q' -> 0xffff;
            case 'i', 'h' -> Integer.MAX_VALUE;
            case 'u' -> 0xffffffffL;
            case 'x' -> Long.MAX_VALUE;
            default -> -1;
        };
        boolean signed = "nihx".indexOf(type) >= 0;
        long limit = negative ? signed ? max + 1 : 0 : max;
        if (Long.compareUnsigned(magnitude, limit) > 0) {
            throw new NumberFormatException("out of range");
        }
        return negative ? -magnitude : magnitude;
    }
}
