package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** {@code events}: statistics as runc's, out of memory, and the end with the container. */
@ExtendWith(NothingLeftExtension.class)
class EventsTest {

    private static final Path RUNC = Path.of("/usr/sbin/runc");
    private static final String WORK = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 1000 & exec sleep 1000";

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private static JsonNode statistics(OciRuntime runtime, Container container) {
        return Bundle.JSON.readTree(runtime.command("events", "--stats", container.id()).run().ok().out());
    }

    @Test
    void statisticsAreOneLineInRuncsOrder(Sandbox box) {
        Bundle bundle = box.bundle().sh(WORK).set("/linux/resources/memory/limit", 64 << 20)
                .set("/linux/resources/pids/limit", 44);
        try (Container container = box.container(bundle)) {
            container.started();
            Poll.until("both sleep", () -> statistics(box.runtime(), container).at("/data/pids/current").asInt() == 2);
            Result result = box.runtime().command("events", "--stats", container.id()).run().ok();
            assertEquals(1, result.outLines().size());
            assertTrue(result.out().startsWith("{\"type\":\"stats\",\"id\":\"" + container.id() + "\",\"data\":{\"cpu\":{"),
                    result::toString);
            JsonNode data = Bundle.JSON.readTree(result.out()).path("data");
            assertEquals(List.of("cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt",
                    "network_interfaces"), List.copyOf(data.propertyNames()));
            assertEquals(64 << 20, data.at("/memory/usage/limit").asLong());
            assertTrue(data.at("/memory/usage/usage").asLong() > 4096);
            assertEquals(44, data.at("/pids/limit").asInt());
            assertTrue(data.at("/cpu/usage/total").asLong() > 1_000_000);
            assertTrue(data.path("network_interfaces").isNull());
        }
    }

    @Test
    void hasTheFieldsThatRuncHasForTheSameContainer(Sandbox box) {
        Needs.tool(RUNC.toString());
        Function<OciRuntime, Set<String>> fields = runtime -> {
            Bundle bundle = box.bundle().sh("cat /bin/busybox > /f; " + WORK)
                    .set("/linux/resources/cpu/quota", 50_000).set("/linux/resources/pids/limit", 44);
            try (Container container = new Container(runtime, bundle, box.newId())) {
                container.started();
                Poll.until("the work is done",
                        () -> statistics(runtime, container).at("/data/pids/current").asInt() == 2);
                Set<String> names = new LinkedHashSet<>();
                collect("", statistics(runtime, container), names);
                // Absent when 0, which depends on the moment; or told by the runc of today only.
                names.removeIf(n -> n.contains("throttl") || n.contains("/blkio/") || n.contains("/memory/cache")
                        || n.contains("/psi") || n.contains("/memory/usage/max"));
                return names;
            }
        };
        assertEquals(List.copyOf(fields.apply(box.runtime(RUNC))), List.copyOf(fields.apply(box.runtime())));
    }

    private static void collect(String path, JsonNode node, Set<String> names) {
        names.add(path + ":" + node.getNodeType());
        for (String name : node.propertyNames()) {
            collect(path + "/" + name, node.path(name), names);
        }
    }

    @Test
    void statisticsComeAtTheIntervalUntilTheContainerStops(Sandbox box) throws Exception {
        try (Container container = box.container(box.bundle().idle())) {
            container.started();
            Invocation.Running events = box.runtime().command("events", "--interval=100ms", container.id()).start();
            Poll.until("three lines", () -> events.soFar().outLines().size() >= 3);
            container.kill("KILL").ok();
            Result result = events.await(Duration.ofSeconds(5)).ok();
            for (String line : result.outLines()) {
                assertEquals("stats", Bundle.JSON.readTree(line).path("type").asString());
            }
            assertEquals("", result.err());
        }
    }

    @Test
    void anOutOfMemoryIsAnEventAndComesBeforeTheEndOfTheStream(Sandbox box) {
        Bundle bundle = box.bundle().sh("while [ ! -e /go ]; do usleep 10000; done; x=aaaaaaaa; while :; do x=$x$x; done")
                .set("/linux/resources/memory/limit", 20 << 20).set("/linux/resources/memory/swap", 20 << 20);
        try (Container container = box.container(bundle)) {
            container.started();
            Invocation.Running events = box.runtime().command("events", "--interval", "50ms", container.id()).start();
            Poll.until("it listens", () -> !events.soFar().outLines().isEmpty());
            Shell.sh("touch " + bundle.rootfs().resolve("go"));
            Result result = events.await(Duration.ofSeconds(15)).ok();
            assertTrue(result.outLines().contains("{\"type\":\"oom\",\"id\":\"" + container.id() + "\"}"),
                    result::toString);
        }
    }

    @Test
    void endsWhenNobodyReads(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.started();
            Result result = new Invocation(box.runtime().scratch(), List.of("sh", "-c",
                    "timeout 10 " + box.runtime().executable() + " --root " + box.runtime().root()
                            + " events --interval 50ms " + container.id() + " | head -1")).run().ok();
            assertEquals(1, result.outLines().size());
            assertTrue(result.took().toMillis() < 9000, result::toString);
        }
    }

    @Test
    void badIntervalsAndStoppedContainersAreRefused(Sandbox box) {
        try (Container container = box.container(box.bundle().idle())) {
            container.started();
            for (String interval : List.of("0s", "-1s", "0")) {
                box.runtime().command("events", "--interval", interval, container.id()).run()
                        .failsWith("duration interval must be greater than 0");
            }
            box.runtime().command("events", "--interval", "often", container.id()).run()
                    .failsWith("invalid value \\\"often\\\" for flag -interval: parse error");
            container.kill("KILL").ok();
            container.awaitStopped();
            box.runtime().command("events", container.id()).run()
                    .failsWith("container with id " + container.id() + " is not running");
            box.runtime().command("events", "--stats", container.id()).run()
                    .failsWith("container with id " + container.id() + " is not running");
        }
    }
}
