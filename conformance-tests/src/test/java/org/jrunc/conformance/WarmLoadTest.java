package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server that has much to do: nobody fails, and it does not grow. */
@ExtendWith(NothingLeftExtension.class)
class WarmLoadTest {
    private static final int CALLERS = 4;
    private static final int STATES = 10_000;
    private static final int RUNS = 400;
    private static final int EXECS = 400;
    private static final int ROUNDS = 10;
    /** From the second to the last round: what compiled code and the like still add. */
    private static final long GROWTH_KB = 8_000;

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** Callers that repeat a command; {@code $i} is the caller and {@code $n} the repetition. */
    private static void repeat(Sandbox box, WarmPlace place, int times, String command) {
        Path script = box.bundle().script("repeat", "n=0; while [ $n -lt " + times / CALLERS + " ]; do\n" + command
                + " || echo \"$n failed: $?\"\nn=$((n+1)); done\n");
        String callers = "for i in $(seq " + CALLERS + "); do i=$i sh " + script + " & done; wait";
        Result result = new Invocation(box.runtime().scratch(), List.of(place.entering("sh", "-c", callers)))
                .timeout(Duration.ofMinutes(5)).run();
        assertEquals("", result.ok().out() + result.err());
    }

    private static String jrunc(Sandbox box) {
        return OciRuntime.executableUnderTest() + " --root " + box.runtime().root() + " ";
    }

    @Test
    void memoryDescriptorsAndMappingsStayAsTheyAre(Sandbox box) {
        Bundle shortOne = box.bundle().args("true");
        Bundle bundle = box.bundle().idle();
        shortOne.remove("/linux/cgroupsPath").save();
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            try (Container container = new Container(place.runtime(), bundle, box.newId()).started()) {
                String exec = jrunc(box) + "exec " + container.id() + " true";
                String state = jrunc(box) + "state " + container.id() + " > /dev/null";
                String run = jrunc(box) + "run --bundle " + shortOne.dir() + " " + box.newId() + "-$i-$n";
                long before = server.served();
                List<Long> rss = new ArrayList<>();
                for (int round = 0; round < ROUNDS; round++) {
                    repeat(box, place, STATES / ROUNDS, state);
                    repeat(box, place, RUNS / ROUNDS, run + "-" + round);
                    repeat(box, place, EXECS / ROUNDS, exec);
                    rss.add(server.proc().rssKb());
                }
                System.out.println("WarmLoadTest: " + (server.served() - before) + " commands in " + ROUNDS
                        + " rounds, kB RSS after each " + rss + "; " + server);
                assertEquals(STATES + RUNS + EXECS, server.served() - before);
                assertTrue(rss.getLast() - rss.get(1) < GROWTH_KB, rss::toString);
                server.demandSound();
            }
        }
    }

    /** Most wait for their turn; who has waited too long does without the server. */
    @Test
    void ofAThousandClientsAtOnceNoneFails(Sandbox box) {
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            try (Container container = new Container(place.runtime(), box.bundle().idle(), box.newId()).started()) {
                Path failed = box.dir().resolve("failed");
                Path out = box.newDirectory();
                // The server stands still until all have come: so all are there at once.
                String script = "kill -STOP " + server.proc().pid() + "; for i in $(seq 1000); do { " + jrunc(box) + "state "
                        + container.id() + " > " + out + "/$i 2>> " + failed + " || echo $i >> " + failed + "; } & done;"
                        + " kill -CONT " + server.proc().pid() + "; wait";
                Result all = new Invocation(box.runtime().scratch(), List.of(place.entering("sh", "-c", script)))
                        .timeout(Duration.ofMinutes(4)).run().ok();
                assertEquals("", Shell.sh("cat " + failed) + all.err());
                String one = container.state().out();
                assertEquals("1000", Shell.sh("cat " + out + "/* | grep -c '\"status\": \"running\"'"));
                assertTrue(one.contains("\"status\": \"running\""));
                System.out.println("WarmLoadTest: of 1000 at once " + server.served() + " served, in " + all.took().toMillis()
                        + " ms; " + server);
                server.demandSound();
            }
        }
    }
}
