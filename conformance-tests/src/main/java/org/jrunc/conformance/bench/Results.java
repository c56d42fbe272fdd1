package org.jrunc.conformance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Everything measured: a list of numbers for each name such as {@code run/plain/crun}. In a file it is a line for each
 * number: name, tab, number.
 */
final class Results {
    private final Map<String, List<Double>> series = new TreeMap<>();

    /** Reads a file; a file that does not exist is empty. */
    static Results read(Path file) {
        Results results = new Results();
        try {
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                int tab = line.indexOf('\t');
                results.add(line.substring(0, tab), Double.parseDouble(line.substring(tab + 1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return results;
    }

    /** Writes the file, as a whole or not at all. */
    void write(Path file) {
        List<String> lines = new ArrayList<>();
        series.forEach((name, values) -> values.forEach(v -> lines.add(name + "\t" + v)));
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.move(Files.write(part, lines), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a number; callers may be several threads. */
    synchronized void add(String name, double value) {
        series.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }

    /** Forgets what an earlier run has measured: all names that begin so. */
    void forget(String prefix) {
        series.keySet().removeIf(name -> name.startsWith(prefix));
    }

    /** The median; empty if nothing was measured by this name. */
    OptionalDouble median(String name) {
        double[] sorted = sorted(name);
        int n = sorted.length;
        return n == 0 ? OptionalDouble.empty() : OptionalDouble.of((sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
    }

    /** The least number. */
    OptionalDouble least(String name) {
        double[] sorted = sorted(name);
        return sorted.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(sorted[0]);
    }

    /** How many there are. */
    int count(String name) {
        return series.getOrDefault(name, List.of()).size();
    }

    private double[] sorted(String name) {
        return series.getOrDefault(name, List.of()).stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }
}
