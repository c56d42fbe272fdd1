package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client or the server ends or stands still in the midst of a command. */
@ExtendWith(NothingLeftExtension.class)
class WarmFailureTest {
    private static final String LAST_WORDS = "jrunc: the server (jrunc serve) has ended or hangs; what it had begun is"
            + " undone, or removed by jrunc delete --force\n";

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    /** A bundle with a hook that tells that it runs and goes on for some seconds. */
    private static Bundle slow(Sandbox box, Path running, int seconds) {
        return box.bundle().idle().hook("createRuntime", "echo hook >> " + running + "; sleep " + seconds);
    }

    private static void awaitHook(Path running, Invocation.Running command) {
        Poll.until("the hook runs " + command.soFar(), () -> Shell.attempt("test -s " + running).exit() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "run"})
    void ofAClientThatIsKilledNothingIsLeft(String command, Sandbox box) throws InterruptedException {
        Path running = box.newDirectory().resolve("running");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            Container container = new Container(place.runtime(), slow(box, running, 2), box.newId());
            Invocation.Running create = container.invocation(command).start();
            awaitHook(running, create);
            create.process().destroyForcibly().waitFor();
            Poll.until("nothing of it is left", () -> box.leftovers().now().getOrDefault("process", Set.of())
                    .stream().noneMatch(p -> p.contains("sleep 2") || p.contains("jrunc:[")));
            container.delete("--force").ok();
            container.state().failsWith("does not exist");
            server.demandSound();
        }
    }

    /** A create is not cut off by it, a foreground run is: with and without a server. */
    @Test
    void aSignalToTheClientDoesWhatItDoesCold(Sandbox box) {
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            for (String mode : new String[] {"off", "on"}) {
                Path running = box.newDirectory().resolve("running");
                try (Container container = new Container(place.runtime(), slow(box, running, 1), box.newId())) {
                    Invocation.Running create = container.invocation("create").env("JRUNC_WARM", mode).start();
                    awaitHook(running, create);
                    Shell.sh("kill -TERM " + create.process().pid());
                    create.await(Duration.ofSeconds(20)).ok();
                    assertEquals("created", container.status());
                }
                Path again = box.newDirectory().resolve("running");
                Container container = new Container(place.runtime(), slow(box, again, 1), box.newId());
                Invocation.Running run = container.invocation("run").env("JRUNC_WARM", mode).start();
                awaitHook(again, run);
                Shell.sh("kill -TERM " + run.process().pid());
                run.await(Duration.ofSeconds(20)).exits(143);
                container.delete("--force").ok();
            }
            server.demandSound();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "run"})
    void whenTheServerIsKilledTheClientSaysSo(String command, Sandbox box) throws IOException {
        Path running = box.newDirectory().resolve("running");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            Container container = new Container(place.runtime(), slow(box, running, 2), box.newId());
            Invocation.Running client = container.invocation(command).start();
            awaitHook(running, client);
            server.kill();
            assertEquals(LAST_WORDS, client.await(Duration.ofSeconds(4)).exits(1).err());
            container.delete("--force").ok();
            assertEquals("hook\n", Files.readString(running));
            container.state().failsWith("does not exist");
        }
    }

    @Test
    void aServerThatStandsStillBeforeTheAnswerIsDoneWithout(Sandbox box) {
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            try (Container container = new Container(place.runtime(), box.bundle().idle(), box.newId())) {
                server.signal("STOP");
                Result create = container.create().ok().silent();
                assertTrue(create.took().toMillis() >= 5000, create::toString);
                server.signal("CONT");
                assertEquals("created", container.status());
                Poll.until("the server has seen that its client has gone", () -> server.served() == 1);
            }
            server.demandSound();
        }
    }

    @Test
    void aServerThatStandsStillAfterTheAnswerIsAnError(Sandbox box) throws IOException {
        Path running = box.newDirectory().resolve("running");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            Container container = new Container(place.runtime(), slow(box, running, 1), box.newId());
            Invocation.Running create = container.invocation("create").start();
            awaitHook(running, create);
            server.signal("STOP");
            Result result = create.await(Duration.ofSeconds(15)).exits(1);
            assertEquals(LAST_WORDS, result.err());
            server.signal("CONT");
            container.delete("--force").ok();
            container.state().failsWith("does not exist");
            assertEquals("hook\n", Files.readString(running));
            server.demandSound();
        }
    }

    /** A hook may go on for longer than a client waits for a server: it is told that the server lives. */
    @Test
    void aSlowCommandIsWaitedFor(Sandbox box) {
        Path running = box.newDirectory().resolve("running");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            try (Container container = new Container(place.runtime(), slow(box, running, 8), box.newId())) {
                container.create().ok().silent();
                assertEquals("created", container.status());
                assertEquals(2, server.served());
            }
        }
    }

    /** More than the server carries out at a time. */
    @Test
    void commandsThatTakeLongKeepNobodyWaiting(Sandbox box) {
        Path running = box.newDirectory().resolve("running");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            List<Container> containers = new ArrayList<>();
            List<Invocation.Running> creates = new ArrayList<>();
            try {
                for (int i = 0; i < 24; i++) {
                    Bundle bundle = slow(box, running, 12);
                    containers.add(new Container(place.runtime(), bundle, box.newId()));
                    creates.add(containers.getLast().invocation("create").start());
                }
                // Each is begun before its caller has waited for 5 s.
                Poll.until("all are served", () -> server.served() == creates.size());
                place.runtime().command("state", "nosuch").run().failsWith("does not exist");
                assertEquals(creates.size() + 1, server.served());
                for (Invocation.Running create : creates) {
                    create.await(Duration.ofSeconds(60)).ok().silent();
                }
            } finally {
                containers.forEach(Container::close);
            }
            server.demandSound();
        }
    }

    /** Others are served meanwhile, and when it goes on it finds its command done. */
    @Test
    void aClientThatStandsStillHarmsNobodyElse(Sandbox box) {
        Path running = box.newDirectory().resolve("running");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            try (Container container = new Container(place.runtime(), slow(box, running, 2), box.newId())) {
                Invocation.Running create = container.invocation("create").start();
                awaitHook(running, create);
                Shell.sh("kill -STOP " + create.process().pid());
                place.runtime().command("list").run().ok();
                assertEquals(2, server.served());
                Poll.within(Duration.ofSeconds(4), () -> false);
                Shell.sh("kill -CONT " + create.process().pid());
                create.await(Duration.ofSeconds(20)).ok();
                assertEquals("created", container.status());
            }
        }
    }

    /** A server that is told to end lets what it has begun come to its end, and takes nothing more. */
    @Test
    void aServerThatIsToEndFinishesWhatItHasBegun(Sandbox box) {
        Path running = box.newDirectory().resolve("running");
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            try (Container container = new Container(place.runtime(), slow(box, running, 3), box.newId())) {
                Invocation.Running create = container.invocation("create").start();
                awaitHook(running, create);
                server.signal("TERM");
                Poll.until("the socket is gone", () -> !Files.exists(place.socket()));
                place.runtime().command("state", "nosuch").run().failsWith("does not exist");
                create.await(Duration.ofSeconds(20)).ok().silent();
                server.await(Duration.ofSeconds(10));
                assertEquals(1, server.served());
                assertEquals("created", container.status());
                container.start().ok();
                ServerProcess next = place.serve();
                assertEquals("running", container.status());
                assertEquals(2, next.served());
            }
        }
    }

    @Test
    void itEndsWhenNothingHasComeForAWhile(Sandbox box) {
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve("--idle-exit", "3s");
            place.runtime().command("state", "nosuch").run().failsWith("does not exist");
            assertEquals(0, server.await(Duration.ofSeconds(15)));
            assertEquals(1, server.served());
            assertFalse(Files.exists(place.socket()));
            place.runtime().command("state", "nosuch").run().failsWith("does not exist");
        }
    }
}
