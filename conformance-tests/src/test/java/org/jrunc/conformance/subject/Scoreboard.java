package org.jrunc.conformance.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jrunc.conformance.Shell;
import org.opentest4j.TestAbortedException;

/**
 * Which runtime passes how many checks of each subject; written to {@code target/subjects.md} when all tests have run,
 * as the table that {@code conformance-tests/subjects} puts into {@code docs/conformance.md}.
 */
final class Scoreboard implements AutoCloseable {

    private enum Outcome { PASSED, FAILED, SKIPPED }

    /** How one check went: by runtime, and why it was skipped or is failed on purpose. */
    private static final class Row {
        private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
        private String reason = "";
    }

    private final Map<String, Path> runtimes;
    private final Map<String, Map<String, Row>> subjects = new TreeMap<>();

    Scoreboard(Map<String, Path> runtimes) {
        this.runtimes = runtimes;
    }

    synchronized void record(String subject, String check, String runtime, Throwable failure, String deviation) {
        Row row = subjects.computeIfAbsent(subject, s -> new LinkedHashMap<>())
                .computeIfAbsent(check, c -> new Row());
        if (failure instanceof TestAbortedException skipped) {
            row.outcomes.put(runtime, Outcome.SKIPPED);
            row.reason = String.valueOf(skipped.getMessage()).replaceFirst("^Assumption failed: ", "");
        } else {
            row.outcomes.put(runtime, failure == null ? Outcome.PASSED : Outcome.FAILED);
            row.reason = row.reason.isEmpty() ? deviation : row.reason;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        StringBuilder text = new StringBuilder();
        line(text, "subject", runtimes.entrySet().stream().map(Scoreboard::nameAndVersion).toList());
        line(text, "---", runtimes.keySet().stream().map(r -> "---").toList());
        subjects.forEach((subject, rows) -> line(text, subject,
                runtimes.keySet().stream().map(r -> score(rows.values(), r)).toList()));
        line(text, "**subjects passed as a whole**", runtimes.keySet().stream().map(r -> "**" + subjects.values()
                .stream().filter(rows -> passed(rows.values(), r)).count() + " of " + subjects.size() + "**").toList());
        text.append("\nWhat was not passed:\n\n");
        subjects.forEach((subject, rows) -> rows.forEach((check, row) -> explain(text, subject, check, row)));
        Path directory = Path.of(System.getProperty("basedir", "."), "target");
        if (Files.isWritable(directory)) {
            Files.writeString(directory.resolve("subjects.md"), text);
        } else {
            // The virtual machine has the repository read-only.
            System.out.println(text);
        }
    }

    private static void line(StringBuilder text, String first, List<String> others) {
        text.append("| ").append(first).append(" | ").append(String.join(" | ", others)).append(" |\n");
    }

    private static String nameAndVersion(Map.Entry<String, Path> runtime) {
        String version = Shell.sh(runtime.getValue() + " --version").lines().findFirst().orElse("")
                .replaceAll("^\\w+ version ([0-9.]*[0-9]).*", "$1");
        return runtime.getKey() + " " + version;
    }

    private static long count(Collection<Row> rows, String runtime, Outcome outcome) {
        return rows.stream().filter(row -> row.outcomes.get(runtime) == outcome).count();
    }

    private static boolean passed(Collection<Row> rows, String runtime) {
        return count(rows, runtime, Outcome.FAILED) == 0 && count(rows, runtime, Outcome.PASSED) > 0;
    }

    private static String score(Collection<Row> rows, String runtime) {
        long passed = count(rows, runtime, Outcome.PASSED);
        long all = passed + count(rows, runtime, Outcome.FAILED);
        return all == 0 ? "skipped" : passed + "/" + all;
    }

    private static void explain(StringBuilder text, String subject, String check, Row row) {
        Map<Outcome, Set<String>> by = new LinkedHashMap<>();
        row.outcomes.forEach((runtime, outcome) -> by.computeIfAbsent(outcome, o -> new LinkedHashSet<>())
                .add(runtime));
        List<String> parts = new ArrayList<>();
        if (by.containsKey(Outcome.FAILED)) {
            parts.add(String.join(", ", by.get(Outcome.FAILED)));
        }
        if (by.containsKey(Outcome.SKIPPED)) {
            parts.add("skipped" + (by.size() == 1 ? "" : " for " + String.join(", ", by.get(Outcome.SKIPPED))));
        }
        if (!parts.isEmpty()) {
            text.append("* ").append(subject).append(", “").append(check).append("”: ")
                    .append(String.join("; ", parts)).append(row.reason.isEmpty() ? "" : " (" + row.reason + ")")
                    .append('\n');
        }
    }
}
