package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Time namespaces: the clocks that count from the start of the machine, shifted. */
@ExtendWith(NothingLeftExtension.class)
class TimeNamespaceTest {
    private static final int DAYS_1000 = 86_400_000;

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.namespace("time");
    }

    private static Bundle shifted(Bundle bundle) {
        return bundle.namespace("time").set("/linux/timeOffsets", Map.of(
                "boottime", Map.of("secs", DAYS_1000, "nanosecs", 1337),
                "monotonic", Map.of("secs", 7881, "nanosecs", 2718281)));
    }

    @Test
    void theOffsetsAreAsConfigured(Sandbox box) {
        Bundle bundle = shifted(box.bundle()).sh("tr -s ' ' < /proc/self/timens_offsets");
        assertEquals("monotonic 7881 2718281\nboottime " + DAYS_1000 + " 1337\n", box.run(bundle).ok().out());
    }

    @Test
    void theUptimeIsShifted(Sandbox box) {
        double host = Double.parseDouble(Shell.sh("cut -d' ' -f1 /proc/uptime"));
        double inside = Double.parseDouble(box.run(shifted(box.bundle()).sh("cut -d' ' -f1 /proc/uptime")).ok().out());
        assertTrue(inside - host > DAYS_1000 && inside - host < DAYS_1000 + 60, host + " and " + inside);
    }

    @Test
    void process1IsInTheNamespace(Sandbox box) {
        String links = box.run(shifted(box.bundle())
                .sh("readlink /proc/1/ns/time; readlink /proc/1/ns/time_for_children"))
                .ok().out();
        assertEquals(1, links.lines().map(l -> l.replaceAll("\\D", "")).distinct().count(), links);
        assertTrue(!links.contains(Namespaces.ofHost("time")), links);
    }

    @Test
    void withoutOffsetsTheClocksAreTheHosts(Sandbox box) {
        double host = Double.parseDouble(Shell.sh("cut -d' ' -f1 /proc/uptime"));
        Bundle bundle = box.bundle().namespace("time").sh("cut -d' ' -f1 /proc/uptime");
        double inside = Double.parseDouble(box.run(bundle).ok().out());
        assertTrue(inside - host < 60, host + " and " + inside);
    }

    @Test
    void canBeJoinedByPathAndSurvivesAsAFile(Sandbox box) {
        Namespaces.assertJoinable(box, "time", true, b -> shifted(b), c -> { }, b -> { },
                "tr -s ' ' < /proc/self/timens_offsets", "monotonic 7881 2718281\nboottime " + DAYS_1000 + " 1337\n");
    }
}
