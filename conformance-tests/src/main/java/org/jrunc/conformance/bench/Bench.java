package org.jrunc.conformance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.EngineImage;
import org.jrunc.conformance.Proc;
import org.jrunc.conformance.Rootfs;

/** What {@code bench-all.sh} calls. */
public final class Bench {
    private static final Map<String, List<String>> PREFIXES = Map.of(
            "latency", List.of("hello", "version/", "state/", "run/", "exec/", "create/", "start/", "delete/", "life/"),
            "throughput", List.of("rate/", "cpu"),
            "memory", List.of("created/", "detached/", "foreground/", "server/"),
            "growth", List.of("grown-"),
            "podman", List.of("podman/"),
            "containerd", List.of("containerd/"));

    private final Map<String, String> options = new HashMap<>();
    private final List<String> words = new ArrayList<>();

    private Bench(String[] args) {
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith("--")) {
                options.put(args[i].substring(2), args[++i]);
            } else {
                words.add(args[i]);
            }
        }
    }

    /**
     * {@code measure SECTION...} adds to the file {@code --results}; {@code report} prints its tables; {@code check}
     * ends with 1 when a figure is missed; {@code image} prints the path of an archive for engines.
     *
     * @param args the command and options, each with a value: {@code --results}, {@code --directory}, {@code --cgroup},
     *             {@code --jrunc}, {@code --runc}, {@code --crun}, {@code --docker}, {@code --runs}, {@code --levels}
     */
    public static void main(String[] args) {
        Bench bench = new Bench(args);
        int status = switch (bench.words.removeFirst()) {
            case "measure" -> bench.measure();
            case "report" -> bench.report();
            case "check" -> bench.check();
            case "image" -> bench.image();
            default -> throw new IllegalArgumentException(String.join(" ", args));
        };
        System.exit(status);
    }

    /** The process whose pid a runtime has written. */
    static Proc processIn(Path pidFile) {
        try {
            return new Proc(Long.parseLong(Files.readString(pidFile).strip()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(String option) {
        return Path.of(options.get(option)).toAbsolutePath();
    }

    private int measure() {
        Results results = Results.read(file("results"));
        words.forEach(section -> PREFIXES.get(section).forEach(results::forget));
        Path directory = file("directory");
        List<Subject> subjects = subjects(directory);
        Accounts accounts = new Accounts(options.get("cgroup"));
        Bundles bundles = new Bundles(directory.resolve("bundles"), file("docker"), options.get("cgroup"));
        try (Server server = new Server(subjects.getFirst(), accounts)) {
            Lab lab = new Lab(directory, subjects, bundles, accounts, server, results,
                    Integer.parseInt(options.get("runs")), new Random());
            Lab.progress("warming up");
            lab.warmUp();
            for (String section : words) {
                switch (section) {
                    case "latency" -> Latency.measure(lab, hello());
                    case "throughput" -> Throughput.measure(lab);
                    case "memory" -> Memory.measure(lab);
                    case "growth" -> Growth.measure(lab, Growth.LEVELS.stream()
                            .filter(n -> n <= Integer.parseInt(options.get("levels"))).toList());
                    default -> Engines.measure(lab, section);
                }
                results.write(file("results"));
            }
            return 0;
        } catch (BenchFailure e) {
            System.err.println("bench: " + e.getMessage());
            return 2;
        }
    }

    private List<Subject> subjects(Path directory) {
        Path jrunc = file("jrunc");
        Path root = directory.resolve("state-jrunc");
        Spawn spawn = new Spawn(directory.resolve("errors"));
        List<Subject> subjects = new ArrayList<>(List.of(new Subject(Subject.WARM, jrunc, root, spawn),
                new Subject(Subject.COLD, jrunc, root, spawn.with("JRUNC_WARM", "off"))));
        for (String peer : List.of("runc", "crun")) {
            if (options.containsKey(peer)) {
                subjects.add(new Subject(peer, file(peer), directory.resolve("state-" + peer), spawn));
            }
        }
        return subjects;
    }

    /** The same JDK that this runs with, as it is started without any options of jrunc's. */
    private static List<String> hello() {
        String java = ProcessHandle.current().info().command().orElseThrow();
        String classes = Path.of(Hello.class.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
        return List.of(java, "-Xshare:auto", "-cp", classes, Hello.class.getName());
    }

    private int report() {
        System.out.print(new Report(Results.read(file("results"))).text());
        return 0;
    }

    private int check() {
        List<String> missed = new Aims(Results.read(file("results"))).missed();
        missed.forEach(m -> System.err.println("bench: missed: " + m));
        return missed.isEmpty() ? 0 : 1;
    }

    private int image() {
        try {
            Path directory = Files.createDirectories(file("directory").resolve("image"));
            Bundle bundle = new Bundle(directory.resolve("bundle"), Rootfs.template(directory));
            System.out.println(EngineImage.archive(directory, bundle));
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
