package org.jrunc.criu;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayDeque;

/** criu's log: lines like {@code (00.012345) Error (criu/mount.c:1): mnt: what happened}. */
final class CriuLog {

    private static final int LINES = 3;

    private CriuLog() {
    }

    /** The last lines that tell of errors, as one line; empty when there are none, or no log. */
    static String errors(File log) {
        ArrayDeque<String> last = new ArrayDeque<>();
        try (BufferedReader reader = Files.newBufferedReader(log.toPath(), StandardCharsets.ISO_8859_1)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                int error = line.indexOf("Error (");
                if (error >= 0) {
                    last.add(line.substring(error).strip());
                    if (last.size() > LINES) {
                        last.remove();
                    }
                }
            }
        } catch (IOException unreadable) {
            return "";
        }
        return String.join("; ", last);
    }
}
