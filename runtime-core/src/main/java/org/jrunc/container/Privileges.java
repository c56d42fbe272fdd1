package org.jrunc.container;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Whether this process is root of the host. */
final class Privileges {

    private Privileges() {
    }

    /** Root, and in the first user namespace: the one whose map is the identity for all ids, user_namespaces(7). */
    static boolean isHostRoot() {
        return words("/proc/self/uid_map").equals("0 0 4294967295") && isRoot();
    }

    /** Effective user id 0, in whatever user namespace. */
    private static boolean isRoot() {
        String status = content("/proc/self/status");
        int at = status.indexOf("\nUid:") + 5;
        String[] ids = status.substring(at, status.indexOf('\n', at)).trim().split("\t");
        return ids[1].equals("0");
    }

    private static String words(String path) {
        String text = content(path).trim();
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != ' ' || text.charAt(i - 1) != ' ') {
                words.append(text.charAt(i));
            }
        }
        return words.toString();
    }

    private static String content(String path) {
        try {
            return new String(SmallFile.read(new File(path)).orElse(new byte[0]), StandardCharsets.US_ASCII);
        } catch (IOException unreadable) {
            return "";
        }
    }
}
