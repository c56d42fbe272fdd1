package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * What commands print, field by field beside the installed runc 1.1.5; that of {@code ps} is in {@link PsTest}, that of
 * {@code events} in {@link EventsTest}. The differences are those that docs/conformance.md gives reasons for.
 */
@ExtendWith(NothingLeftExtension.class)
class OutputAsRuncTest {

    private static final Path RUNC = Path.of("/usr/sbin/runc");
    private static final String VERSION = "1.3.0";

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.file(RUNC.toString());
    }

    @Test
    void theVersionHasTheSameLines(Sandbox box) {
        List<String> theirs = version(box.runtime(RUNC));
        // The language is another, and a library that only a filter needs is not loaded to tell its version.
        theirs.removeIf(line -> line.startsWith("go: ") || line.startsWith("libseccomp: "));
        List<String> ours = version(box.runtime());
        ours.removeIf(line -> line.startsWith("java: "));
        assertEquals(theirs, ours);
    }

    private static List<String> version(OciRuntime runtime) {
        List<String> lines = new ArrayList<>(runtime.withRoot(null).command("--version").run().ok().outLines());
        // The numbers are each runtime's own, but for that of the host's library.
        lines.set(0, lines.get(0).replaceAll("^j?runc version \\d+\\.\\d+\\.\\d+.*", "NAME version"));
        lines.set(1, lines.get(1).replaceAll("^commit: \\S+$", "commit"));
        lines.set(2, lines.get(2).replaceAll("^spec: \\d+\\.\\d+\\.\\d+\\S*$", "spec"));
        return lines;
    }

    /** {@code state} of four containers and every form of {@code list}, with what differs by nature made equal. */
    @Test
    void stateAndListAreTheSame(Sandbox box) {
        Map<String, Bundle> bundles = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            bundles.put(box.newId(), box.bundle().idle());
        }
        bundles.values().iterator().next()
                .set("/annotations", Map.of("org.example.key", "a <value> & \"more\"", "b", ""));
        assertEquals(output(box.runtime(RUNC), bundles), output(box.runtime(), bundles));
    }

    private static String output(OciRuntime runtime, Map<String, Bundle> bundles) {
        StringBuilder all = new StringBuilder();
        Iterator<Container> each = bundles.entrySet().stream()
                .map(e -> new Container(runtime, e.getValue(), e.getKey())).iterator();
        try (Container created = each.next(); Container running = each.next(); Container paused = each.next();
                Container stopped = each.next()) {
            created.create().ok();
            running.started();
            paused.started();
            runtime.command("pause", paused.id()).run().ok();
            stopped.create().ok();
            stopped.kill("KILL").ok();
            stopped.awaitStopped();
            for (Container container : List.of(created, running, paused, stopped)) {
                all.append(container.state().ok().out()).append('\n');
            }
            for (List<String> flags : List.of(List.<String>of(), List.of("--format", "table"), List.of("-f", "json"),
                    List.of("--quiet"), List.of("-q", "-f", "json"))) {
                all.append(list(runtime, flags)).append('\n');
            }
            for (Container container : List.of(created, running, paused, stopped)) {
                String pid = Long.toString(container.init().pid());
                if (!pid.equals("0")) {
                    // Also the spaces that fill the column.
                    replace(all, "\\b" + pid + "\\b *", "PID ");
                }
            }
        }
        for (List<String> flags : List.of(List.<String>of(), List.of("-f", "json"), List.of("-q"))) {
            all.append(list(runtime, flags)).append('\n');
        }
        replace(all, "20\\d\\d-[0-9T:.-]+Z *", "TIME ");
        replace(all, "(\"ociVersion\": ?)\"(1\\.0\\.2-dev|" + VERSION.replace(".", "\\.") + ")\"", "$1VERSION");
        return all.toString();
    }

    private static String list(OciRuntime runtime, List<String> flags) {
        List<String> words = new ArrayList<>(List.of("list"));
        words.addAll(flags);
        Result result = runtime.command(words.toArray(String[]::new)).run().ok();
        assertEquals("", result.err());
        return result.out();
    }

    private static void replace(StringBuilder text, String pattern, String replacement) {
        String replaced = text.toString().replaceAll(pattern, replacement);
        text.setLength(0);
        text.append(replaced);
    }

    /** What {@code features} says otherwise, by its place; the elements of a list are places as well. */
    @Test
    void featuresDifferOnlyWhereTheyShould(Sandbox box) {
        TreeMap<String, String> theirs = leaves(box.runtime(RUNC));
        TreeMap<String, String> ours = leaves(box.runtime());
        TreeSet<String> lost = new TreeSet<>(theirs.keySet());
        lost.removeAll(ours.keySet());
        assertEquals(new TreeSet<>(List.of("/mountOptions/acl", "/mountOptions/noacl",
                "/annotations/org.opencontainers.runc.commit", "/annotations/org.opencontainers.runc.version")), lost);
        TreeSet<String> gained = new TreeSet<>();
        ours.keySet().stream().filter(place -> !theirs.containsKey(place)).forEach(place -> gained.add(
                place.replaceAll("^(/linux/seccomp/(knownFlags|supportedFlags)|/linux/memoryPolicy|/linux/intelRdt"
                        + "|/linux/mountExtensions|/linux/netDevices|/potentiallyUnsafeConfigAnnotations)/.*", "$1")));
        assertEquals(new TreeSet<>(List.of("/annotations/org.jrunc.commit", "/annotations/org.jrunc.version",
                "/linux/cgroup/rdma", "/linux/intelRdt", "/linux/memoryPolicy", "/linux/mountExtensions",
                "/linux/namespaces/time", "/linux/netDevices", "/linux/seccomp/archs/SCMP_ARCH_PARISC",
                "/linux/seccomp/archs/SCMP_ARCH_PARISC64", "/linux/seccomp/archs/SCMP_ARCH_RISCV64",
                "/linux/seccomp/knownFlags", "/linux/seccomp/supportedFlags", "/mountOptions/idmap",
                "/mountOptions/ridmap", "/potentiallyUnsafeConfigAnnotations")), gained);
        TreeSet<String> changed = new TreeSet<>();
        theirs.forEach((place, value) -> {
            if (ours.containsKey(place) && !ours.get(place).equals(value)) {
                changed.add(place);
            }
        });
        // Whether criu is there: runc 1.1.5 says so always.
        changed.remove("/annotations/org.opencontainers.runc.checkpoint.enabled");
        assertEquals(new TreeSet<>(List.of("/ociVersionMax")), changed);
    }

    private static TreeMap<String, String> leaves(OciRuntime runtime) {
        TreeMap<String, String> leaves = new TreeMap<>();
        collect("", Bundle.JSON.readTree(runtime.withRoot(null).command("features").run().ok().out()), leaves);
        return leaves;
    }

    private static void collect(String place, JsonNode node, TreeMap<String, String> leaves) {
        if (node.isObject()) {
            node.propertyNames().forEach(name -> collect(place + "/" + name, node.path(name), leaves));
        } else if (node.isArray()) {
            node.valueStream().forEach(element -> leaves.put(place + "/" + element.asString(), "listed"));
        } else {
            leaves.put(place, node.toString());
        }
    }
}
