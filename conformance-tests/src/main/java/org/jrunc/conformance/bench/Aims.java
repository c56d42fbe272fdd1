package org.jrunc.conformance.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The figures that were promised, and whether they were reached. A figure that was not measured is not missed. */
final class Aims {
    private static final double KB_PER_MB = 1024;

    /**
     * A promise.
     *
     * @param what     what is compared
     * @param measured the figure; empty if it was not measured
     * @param limit    what it may be at the most
     * @param unit     of both: a blank and a unit, or {@code ×}
     */
    record Aim(String what, OptionalDouble measured, double limit, String unit) {
        boolean missed() {
            return measured.isPresent() && measured.getAsDouble() > limit;
        }
    }

    private final Results results;
    private final List<Aim> aims = new ArrayList<>();

    /** Compares. */
    Aims(Results results) {
        this.results = results;
        for (String kind : Bundles.KINDS) {
            String place = "/" + kind + "/";
            ratio("warm `run /bin/true`, " + kind, "run" + place + "warm", "run" + place + "crun", 0.8);
            ratio("warm `run /bin/true`, " + kind, "run" + place + "warm", "run" + place + "runc", 0.35);
            ratio("warm create + start + delete, " + kind, "life" + place + "warm", "life" + place + "crun", 0.7);
            ratio("warm `exec /bin/true`, " + kind, "exec" + place + "warm", "exec" + place + "crun", 0.8);
        }
        ratio("warm `state`", "state/warm", "state/crun", 0.5);
        for (int callers : Throughput.CALLERS) {
            ratio("warm CPU time of a container, callers: " + callers, "cpu/" + callers + "/warm",
                    "cpu/" + callers + "/crun", 1);
        }
        ratio("cold `state`", "state/cold", "hello", 1.3);
        ratio("cold `create`, plain", "create/plain/cold", "hello", 2.2);
        ratio("cold `run /bin/true`, plain", "run/plain/cold", "hello", 2.5);
        for (String name : List.of("warm", "cold")) {
            kilobytes("created container, " + name, "created/Rss/" + name, 64);
            kilobytes("monitor of a container in the foreground, " + name, "foreground/Rss/" + name, 100);
        }
        int requests = Memory.REQUESTS.getLast();
        kilobytes("server after " + requests + " requests", "server/Rss/" + requests, 120 * KB_PER_MB);
        int most = Growth.LEVELS.getLast();
        for (String command : List.of("state", "run")) {
            ratio("warm `" + command + "` with " + most + " containers", "grown-" + command + "/" + most + "/warm",
                    "grown-" + command + "/0/warm", 1.2);
        }
    }

    /** All of them. */
    List<Aim> all() {
        return aims;
    }

    /** A sentence for each that was missed. */
    List<String> missed() {
        return aims.stream().filter(Aim::missed).map(a -> a.what() + " is " + number(a.measured().getAsDouble(), a.unit())
                + ", at most " + number(a.limit(), a.unit()) + " was promised").toList();
    }

    /** A number with its unit. */
    static String number(double value, String unit) {
        return unit.startsWith(" kB") ? Math.round(value) + unit : String.format(Locale.ROOT, "%.2f", value) + unit;
    }

    private void ratio(String what, String name, String base, double limit) {
        OptionalDouble value = results.median(name);
        OptionalDouble other = results.median(base);
        boolean both = value.isPresent() && other.isPresent();
        String of = base.equals("hello") ? "a JVM hello world" : what.contains("containers")
                ? "the same with none" : base.substring(base.lastIndexOf('/') + 1);
        aims.add(new Aim(what, both ? OptionalDouble.of(value.getAsDouble() / other.getAsDouble())
                : OptionalDouble.empty(), limit, " × " + of));
    }

    private void kilobytes(String what, String name, double limit) {
        aims.add(new Aim(what + " (RSS)", results.median(name), limit, " kB"));
    }
}
