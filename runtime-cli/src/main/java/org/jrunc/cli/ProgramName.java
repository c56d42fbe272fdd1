package org.jrunc.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What jrunc was called by: a name or a path, which is told in help and in messages. Found out when it is asked for. */
final class ProgramName {

    private static final String DEFAULT = "jrunc";
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private String path;

    private ProgramName(String path) {
        this.path = path;
    }

    /** A known one. */
    static ProgramName of(String path) {
        return new ProgramName(path);
    }

    /** The first word of this process's command line, which is the caller's also after the launcher became the JVM. */
    static ProgramName ofThisProcess() {
        return new ProgramName(null);
    }

    /** As the caller wrote it. */
    String path() {
        if (path == null) {
            path = read();
        }
        return path;
    }

    /** Without directories. */
    String base() {
        return path().substring(path().lastIndexOf('/') + 1);
    }

    private static String read() {
        try {
            byte[] words = Files.readAllBytes(COMMAND_LINE);
            int end = 0;
            while (end < words.length && words[end] != 0) {
                end++;
            }
            return end == 0 ? DEFAULT : new String(words, 0, end, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return DEFAULT;
        }
    }
}
