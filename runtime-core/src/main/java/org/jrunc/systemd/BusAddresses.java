package org.jrunc.systemd;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where a user's bus is. */
final class BusAddresses {

    private static final String ESCAPE_FREE = "-_/.\\*";

    private BusAddresses() {
    }

    /** The bus of the session: {@code DBUS_SESSION_BUS_ADDRESS}, else that in the runtime directory; empty if none. */
    static String session(Map<String, String> environment) {
        String given = environment.getOrDefault("DBUS_SESSION_BUS_ADDRESS", "");
        return given.isEmpty() ? socket(runtimeDirectory(environment) + "/bus") : given;
    }

    /** The socket of the user's systemd itself; empty if there is none. */
    static String direct(Map<String, String> environment) {
        return socket(runtimeDirectory(environment) + "/systemd/private");
    }

    /**
     * {@code XDG_RUNTIME_DIR}, by default {@code /run/user/UID}. In a user namespace the uid is that of its owner on
     * the host, as who is root in there is not root for the bus.
     */
    static String runtimeDirectory(Map<String, String> environment) {
        String given = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return given.isEmpty() ? "/run/user/" + hostUid() : given;
    }

    /** The uid outside of this user namespace (user_namespaces(7), uid_map: inside, outside, length). */
    private static long hostUid() {
        try {
            long own = ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
            for (String line : Files.readString(Path.of("/proc/self/uid_map"), StandardCharsets.US_ASCII).split("\n")) {
                String[] words = line.trim().split(" +");
                long first = Long.parseLong(words[0]);
                if (own >= first && own - first < Long.parseLong(words[2])) {
                    return own - first + Long.parseLong(words[1]);
                }
            }
            return own;
        } catch (IOException e) {
            return -1;
        }
    }

    private static String socket(String path) {
        return new File(path).exists() ? "unix:path=" + escape(path) : "";
    }

    /** D-Bus Specification, Server Addresses. */
    private static String escape(String path) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || ESCAPE_FREE.indexOf(c) >= 0)) {
                escaped.append(c);
            } else {
                escaped.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return escaped.toString();
    }
}
