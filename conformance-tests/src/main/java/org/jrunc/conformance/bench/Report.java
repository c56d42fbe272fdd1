package org.jrunc.conformance.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The tables of {@code docs/performance.md}; those for which nothing was measured are left out. */
final class Report {
    private static final String NOTHING = "–";
    private static final List<String> COLUMNS = List.of("jrunc warm", "jrunc cold", "runc", "crun");

    private final Results results;
    private final StringBuilder text = new StringBuilder();

    /** Makes the tables. */
    Report(Results results) {
        this.results = results;
        aims();
        commands();
        engines();
        growth();
        throughput();
        memory();
    }

    /** Markdown. */
    String text() {
        return text.toString();
    }

    private void commands() {
        if (results.count("hello") == 0) {
            return;
        }
        text.append("### Commands\n\nMilliseconds from before the command is started until it is reaped: median, in ")
                .append("brackets the least. ").append(results.count("hello")).append(" turns; in each turn every ")
                .append("command of every column once, in random order. A JVM hello world (`java -Xshare:auto`, same JDK): ")
                .append(milliseconds("hello")).append(".\n\n");
        List<String> head = new ArrayList<>(List.of(""));
        head.addAll(COLUMNS);
        head.addAll(List.of("warm / crun", "warm / runc", "cold / hello"));
        row(head);
        rule(head.size());
        command("`--version`", "version");
        command("`state`", "state");
        for (String kind : Bundles.KINDS) {
            String suffix = ", " + kind;
            command("`create`" + suffix, "create/" + kind);
            command("`start`" + suffix, "start/" + kind);
            command("`delete`" + suffix, "delete/" + kind);
            command("create + start + delete" + suffix, "life/" + kind);
            command("`run /bin/true`" + suffix, "run/" + kind);
            command("`exec /bin/true`" + suffix, "exec/" + kind);
        }
        text.append("\n*plain*: what `jrunc spec` writes. *docker*: docker's default mounts, capabilities and system call ")
                .append("filter. *userns*: plain with a user namespace. `delete` is that of a container that has ended.\n\n");
    }

    private void command(String what, String series) {
        List<String> cells = new ArrayList<>(List.of(what));
        Subject.NAMES.forEach(subject -> cells.add(milliseconds(series + "/" + subject)));
        cells.add(ratio(series + "/warm", series + "/crun"));
        cells.add(ratio(series + "/warm", series + "/runc"));
        cells.add(ratio(series + "/cold", "hello"));
        row(cells);
    }

    private void engines() {
        if (results.count("podman/warm") + results.count("containerd/warm") == 0) {
            return;
        }
        text.append("### Through engines\n\nMilliseconds of the engine's command, as above.\n\n");
        head("", COLUMNS);
        row(cells("`podman run --rm --network none busybox true`", s -> milliseconds("podman/" + s)));
        row(cells("`ctr run --rm busybox ID true`", s -> milliseconds("containerd/" + s)));
        text.append('\n');
    }

    private void growth() {
        if (results.count("grown-run/0/warm") == 0) {
            return;
        }
        text.append("### With many containers\n\nMilliseconds, as above, while so many containers exist, a third of them runc's, a third ")
                .append("crun's.\n\n");
        head("", COLUMNS);
        for (String command : List.of("state", "run")) {
            for (int level : Growth.LEVELS) {
                if (results.count("grown-run/" + level + "/warm") == 0) {
                    continue; // --quick has not as many
                }
                row(cells("`" + command + "`, " + level + " containers", s -> {
                    String name = "grown-" + command + "/" + level + "/" + s;
                    String none = "grown-" + command + "/0/" + s;
                    return milliseconds(name) + (level == 0 ? "" : ", " + ratio(name, none) + " ×");
                }));
            }
        }
        text.append('\n');
    }

    private void throughput() {
        if (results.count("rate/1/warm") == 0) {
            return;
        }
        text.append("### Many callers\n\n`run /bin/true`, plain: medians of ").append(results.count("rate/1/warm"))
                .append(" turns. CPU time is all that the callers, the runtime, its server and the containers have taken, ")
                .append("in user space and in the kernel: that of a cgroup they are in. It does not hold what ")
                .append("the kernel's own threads do after them.\n\n");
        head("", COLUMNS);
        for (int callers : Throughput.CALLERS) {
            row(cells("containers per second, callers: " + callers, s -> value("rate/" + callers + "/" + s, "%.0f")));
        }
        for (int callers : Throughput.CALLERS) {
            row(cells("CPU seconds for 100 containers, callers: " + callers,
                    s -> value("cpu/" + callers + "/" + s, "%.2f") + (s.equals(Subject.WARM)
                            ? " (server " + value("cpu-server/" + callers, "%.2f") + ")" : "")));
        }
        text.append('\n');
    }

    private void memory() {
        if (results.count("created/Rss/warm") == 0) {
            return;
        }
        text.append("### Memory\n\nkB, RSS / PSS.\n\n");
        head("", COLUMNS);
        row(cells("init of a created container", s -> memory("created", s)));
        row(cells("what stays of `run` in the foreground", s -> memory("foreground", s)));
        row(cells("what stays of `run --detach`", s -> memory("detached", s)));
        for (int requests : Memory.REQUESTS) {
            row(cells("server, after " + requests + " more requests",
                    s -> s.equals(Subject.WARM) ? memory("server", String.valueOf(requests)) : ""));
        }
        text.append('\n');
    }

    private void aims() {
        text.append("### Aims\n\n");
        head("figure", List.of("measured", "at most", ""));
        for (Aims.Aim aim : new Aims(results).all()) {
            if (aim.measured().isPresent()) {
                row(List.of(aim.what(), Aims.number(aim.measured().getAsDouble(), aim.unit()),
                        Aims.number(aim.limit(), ""), aim.missed() ? "**missed**" : "reached"));
            }
        }
        text.append('\n');
    }

    private interface Cell {
        String of(String subject);
    }

    private static List<String> cells(String what, Cell cell) {
        List<String> cells = new ArrayList<>(List.of(what));
        Subject.NAMES.forEach(subject -> cells.add(cell.of(subject)));
        return cells;
    }

    private void head(String first, List<String> others) {
        List<String> cells = new ArrayList<>(List.of(first));
        cells.addAll(others);
        row(cells);
        rule(cells.size());
    }

    private void rule(int columns) {
        row(IntStream.range(0, columns).mapToObj(i -> i == 0 ? "---" : "---:").toList());
    }

    private void row(List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private String milliseconds(String name) {
        return results.count(name) == 0 ? NOTHING : value(name, "%.2f") + " (" + format(results.least(name), "%.2f") + ")";
    }

    private String memory(String what, String subject) {
        return value(what + "/Rss/" + subject, "%.0f") + " / " + value(what + "/Pss/" + subject, "%.0f");
    }

    private String value(String name, String format) {
        return format(results.median(name), format);
    }

    private String ratio(String name, String base) {
        OptionalDouble value = results.median(name);
        OptionalDouble other = results.median(base);
        return value.isEmpty() || other.isEmpty() ? NOTHING
                : String.format(Locale.ROOT, "%.2f", value.getAsDouble() / other.getAsDouble());
    }

    private static String format(OptionalDouble value, String format) {
        return value.isEmpty() ? NOTHING : String.format(Locale.ROOT, format, value.getAsDouble());
    }
}
