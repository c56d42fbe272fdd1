package org.jrunc.process;

/** The format of passwd(5). Small and strict: container images are not to be trusted with a parser. */
final class Passwd {

    private static final int UID = 2;
    private static final int HOME = 5;

    private Passwd() {
    }

    /** The home directory of the first line with a user id, {@code ""} if there is none. */
    static String home(String passwd, long uid) {
        String wanted = Long.toString(uid);
        int start = 0;
        while (start < passwd.length()) {
            int end = passwd.indexOf('\n', start);
            if (end < 0) {
                end = passwd.length();
            }
            String line = passwd.substring(start, end);
            if (wanted.equals(field(line, UID))) {
                return field(line, HOME);
            }
            start = end + 1;
        }
        return "";
    }

    private static String field(String line, int index) {
        int start = 0;
        for (int i = 0; i < index; i++) {
            start = line.indexOf(':', start) + 1;
            if (start == 0) {
                return "";
            }
        }
        int end = line.indexOf(':', start);
        return end < 0 ? line.substring(start) : line.substring(start, end);
    }
}
