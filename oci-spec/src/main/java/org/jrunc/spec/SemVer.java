package org.jrunc.spec;

/** Semantic Versioning 2.0.0: {@code 1.0.2-dev}, {@code 1.3.0+dev}. */
final class SemVer {

    private SemVer() {
    }

    static boolean isValid(String version) {
        int plus = version.indexOf('+');
        String build = plus < 0 ? "0" : version.substring(plus + 1);
        String rest = plus < 0 ? version : version.substring(0, plus);
        int minus = rest.indexOf('-');
        String prerelease = minus < 0 ? "0" : rest.substring(minus + 1);
        String core = minus < 0 ? rest : rest.substring(0, minus);
        return identifiers(build, false) > 0 && identifiers(prerelease, true) > 0 && isCore(core);
    }

    private static boolean isCore(String core) {
        for (int i = 0; i < core.length(); i++) {
            char c = core.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return identifiers(core, true) == 3;
    }

    /** How many there are, separated by dots; 0 if one is not well-formed. */
    private static int identifiers(String text, boolean noLeadingZero) {
        int count = 0;
        int start = 0;
        while (start <= text.length()) {
            int dot = text.indexOf('.', start);
            int end = dot < 0 ? text.length() : dot;
            if (!isIdentifier(text.substring(start, end), noLeadingZero)) {
                return 0;
            }
            count++;
            start = end + 1;
        }
        return count;
    }

    private static boolean isIdentifier(String text, boolean noLeadingZero) {
        boolean numeric = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (!digit && c != '-' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')) {
                return false;
            }
            numeric &= digit;
        }
        return !text.isEmpty() && !(noLeadingZero && numeric && text.length() > 1 && text.charAt(0) == '0');
    }
}
