package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.TreeMap;

/** Reads the files of a cgroup in which the kernel counts. What is missing counts as 0. */
final class StatFiles {

    /** How {@code max} is told: the highest unsigned number. */
    static final long UNLIMITED = -1;

    private final String directory;

    StatFiles(String directory) {
        this.directory = directory;
    }

    String read(String file) {
        return CgroupFiles.read(directory + '/' + file);
    }

    /** The one number in a file. */
    long number(String file) {
        return number(read(file).trim(), 0);
    }

    /** The value of {@code text}, {@code otherwise} when it is no number and not {@code max}. */
    private static long number(String text, long otherwise) {
        if (text.equals("max")) {
            return UNLIMITED;
        }
        try {
            return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** A file of lines with a name and a number. */
    Map<String, Long> table(String file) {
        Map<String, Long> table = new TreeMap<>();
        for (String line : lines(file)) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                table.put(line.substring(0, blank), number(line.substring(blank + 1).trim(), 0));
            }
        }
        return table;
    }

    /** The lines of a file. */
    List<String> lines(String file) {
        List<String> lines = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(read(file), "\n");
        while (tokens.hasMoreTokens()) {
            lines.add(tokens.nextToken());
        }
        return lines;
    }

    /** Numbers with blanks between them. */
    List<Long> numbers(String file) {
        List<Long> numbers = new ArrayList<>();
        for (String word : words(read(file), " \n")) {
            numbers.add(number(word, 0));
        }
        return numbers;
    }

    static List<String> words(String text, String separators) {
        List<String> words = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(text, separators);
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        return words;
    }

    static long parse(String text) {
        return number(text, 0);
    }

    /** {@code some avg10=0.12 avg60=0.00 avg300=0.00 total=77}; empty where the kernel does not account pressure. */
    Optional<Statistics.Pressure> pressure(String file) {
        Map<String, String> some = Map.of();
        Map<String, String> full = Map.of();
        for (String line : lines(file)) {
            Map<String, String> values = new TreeMap<>();
            for (String word : words(line, " ")) {
                int equals = word.indexOf('=');
                if (equals > 0) {
                    values.put(word.substring(0, equals), word.substring(equals + 1));
                }
            }
            if (line.startsWith("some")) {
                some = values;
            } else {
                full = values;
            }
        }
        return some.isEmpty() ? Optional.empty() : Optional.of(new Statistics.Pressure(some, full));
    }
}
