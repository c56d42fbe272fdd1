package org.jrunc.conformance;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a host has that a runtime could forget: processes, mounts, cgroups, state, network devices, files.
 *
 * <p>Two snapshots are compared. What carries the mark of this test run (see {@link Sandbox#MARK}) is certainly ours;
 * anything else that is new counts too, unless the property {@value #SHARED} says that others work on the same machine.
 */
public final class Leftovers {
    /** System property: others start containers on this machine at the same time. */
    public static final String SHARED = "jrunc.shared-machine";

    private static final List<Path> WATCHED = List.of(Path.of("/run"), Path.of("/run/jrunc"), Path.of("/run/runc"),
            Path.of("/run/crun"), Path.of("/dev/shm"));

    private final Path stateRoot;
    private final Path sandbox;
    private final Map<String, Set<String>> before;

    private Leftovers(Path sandbox, Path stateRoot) {
        this.stateRoot = stateRoot;
        this.sandbox = sandbox;
        this.before = look();
    }

    /** Remembers what there is now. */
    static Leftovers snapshot(Path sandbox, Path stateRoot) {
        return new Leftovers(sandbox, stateRoot);
    }

    /** What is there at this moment that was not there before. */
    public Map<String, Set<String>> now() {
        return difference();
    }

    /** What is there now that was not there before; waits a moment for it to go. */
    public Map<String, Set<String>> find() {
        Poll.within(Duration.ofSeconds(2), () -> difference().isEmpty());
        return difference();
    }

    /** Removes what certainly is ours, so that the next test starts clean. */
    public void clean() {
        Map<String, Set<String>> found = difference();
        for (String process : found.getOrDefault("process", Set.of())) {
            Shell.attempt("kill -9 " + process.split(" ")[1]);
        }
        for (String mount : found.getOrDefault("mount", Set.of()).stream().filter(this::marked).toList().reversed()) {
            Shell.attempt("umount -l '" + mount.split(" ")[0] + "'");
        }
        for (String cgroup : found.getOrDefault("cgroup", Set.of()).stream().filter(this::marked)
                .sorted(Comparator.reverseOrder()).toList()) {
            Shell.attempt("i=0; while [ $i -lt 50 ] && ! rmdir '" + cgroup + "'; do sleep 0.02; i=$((i+1)); done");
        }
        found.getOrDefault("state", Set.of()).forEach(s -> Shell.attempt("rm -rf --one-file-system '" + s + "'"));
        for (String device : found.getOrDefault("network device", Set.of()).stream().filter(this::marked).toList()) {
            Shell.attempt("ip link del '" + device + "'");
        }
    }

    private Map<String, Set<String>> difference() {
        boolean shared = Boolean.getBoolean(SHARED);
        Map<String, Set<String>> result = new LinkedHashMap<>();
        look().forEach((kind, now) -> {
            Set<String> fresh = new LinkedHashSet<>(now);
            fresh.removeAll(before.get(kind));
            if (shared && !kind.equals("process") && !kind.equals("state")) {
                fresh.removeIf(s -> !marked(s));
            }
            if (!fresh.isEmpty()) {
                result.put(kind, fresh);
            }
        });
        return result;
    }

    private boolean marked(String text) {
        return text.contains(Sandbox.MARK) || text.contains(sandbox.toString());
    }

    private Map<String, Set<String>> look() {
        Map<String, Set<String>> found = new LinkedHashMap<>();
        found.put("process", processes());
        found.put("mount", mounts());
        found.put("cgroup", cgroups());
        found.put("state", entries(stateRoot));
        found.put("network device", names(Path.of("/sys/class/net")));
        Set<String> files = new LinkedHashSet<>();
        WATCHED.forEach(d -> files.addAll(entries(d)));
        // Compiled system call filters, kept on purpose.
        files.removeAll(Set.of("/run/jrunc", "/run/jrunc/@seccomp"));
        found.put("file", files);
        return found;
    }

    /**
     * The processes in a cgroup with our mark: the containers are in cgroups named after them, and everything else that
     * the tests start is in the cgroup that the test run has put itself into.
     */
    private static Set<String> processes() {
        Set<String> found = new LinkedHashSet<>();
        long self = ProcessHandle.current().pid();
        for (Proc proc : Proc.all()) {
            if (proc.pid() != self && proc.file("cgroup").contains(Sandbox.MARK) && proc.alive()) {
                found.add("pid " + proc.pid() + " " + proc.commandLine());
            }
        }
        return found;
    }

    private static Set<String> mounts() {
        Set<String> found = new LinkedHashSet<>();
        for (String line : new Proc(ProcessHandle.current().pid()).file("mountinfo").lines().toList()) {
            String[] fields = line.split(" ");
            found.add(fields[4] + " (" + fields[3] + ", " + line.substring(line.indexOf(" - ") + 3) + ")");
        }
        return found;
    }

    private static Set<String> cgroups() {
        Set<String> found = new LinkedHashSet<>();
        for (Path mount : cgroupMounts()) {
            try {
                Files.walkFileTree(mount, Set.of(), 8, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                        found.add(directory.toString());
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) {
                        // Someone else's cgroup went away while we were looking.
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
                        return FileVisitResult.CONTINUE;
                    }
                });
            } catch (IOException e) {
                // The hierarchy was unmounted meanwhile.
                continue;
            }
        }
        return found;
    }

    /** Where cgroup hierarchies of either version are mounted. */
    public static List<Path> cgroupMounts() {
        List<Path> found = new ArrayList<>();
        for (String line : new Proc(ProcessHandle.current().pid()).file("mountinfo").lines().toList()) {
            if (line.contains(" - cgroup")) {
                found.add(Path.of(line.split(" ")[4]));
            }
        }
        return found;
    }

    private static Set<String> names(Path directory) {
        Set<String> found = new LinkedHashSet<>();
        entries(directory).forEach(e -> found.add(Path.of(e).getFileName().toString()));
        return found;
    }

    private static Set<String> entries(Path directory) {
        try (Stream<Path> list = Files.list(directory)) {
            return new LinkedHashSet<>(list.map(Path::toString).toList());
        } catch (IOException e) {
            return new LinkedHashSet<>();
        }
    }
}
