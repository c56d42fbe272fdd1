package org.jrunc.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process as the host's {@code /proc} shows it.
 *
 * <p>Processes end while one looks at them, so what can not be read any more is empty instead of an error.
 */
public record Proc(long pid) {

    /** Every process there is. */
    public static List<Proc> all() {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(p -> p.getFileName().toString()).filter(n -> n.chars().allMatch(Character::isDigit))
                    .map(n -> new Proc(Long.parseLong(n))).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Whether it exists and is no zombie. */
    public boolean alive() {
        return status("State").filter(s -> !s.startsWith("Z") && !s.startsWith("X")).isPresent();
    }

    /** A field of {@code /proc/PID/status}, its blanks normalised. */
    public Optional<String> status(String field) {
        return file("status").lines().filter(l -> l.startsWith(field + ":")).findFirst()
                .map(l -> l.substring(field.length() + 1).strip().replaceAll("\\s+", " "));
    }

    /** A file of the process's directory, empty if it is gone. */
    public String file(String name) {
        try {
            return new String(Files.readAllBytes(path(name)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Where a link of the process's directory leads, e.g. {@code exe} or {@code ns/pid}. */
    public Optional<String> link(String name) {
        try {
            return Optional.of(Files.readSymbolicLink(path(name)).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Resident memory in kB. */
    public long rssKb() {
        return status("VmRSS").map(s -> Long.parseLong(s.split(" ")[0])).orElse(0L);
    }

    /** The command line, for messages. */
    public String commandLine() {
        String text = file("cmdline").replace('\0', ' ').strip();
        return text.isEmpty() ? "[" + file("comm").strip() + "]" : text;
    }

    /** Whether a Java virtual machine runs in it. */
    public boolean isJvm() {
        return file("maps").contains("libjvm.so");
    }

    /** A path below {@code /proc/PID}. */
    public Path path(String name) {
        return Path.of("/proc/" + pid + "/" + name);
    }

    @Override
    public String toString() {
        return "pid " + pid + " (" + commandLine() + ")";
    }
}
