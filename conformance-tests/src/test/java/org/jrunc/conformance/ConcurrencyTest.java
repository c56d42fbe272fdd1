package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many commands at the same time, on different containers and on the same one. */
@ExtendWith(NothingLeftExtension.class)
class ConcurrencyTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private static <T> List<T> inParallel(int threads, List<Callable<T>> tasks) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        }
    }

    @Test
    void fiftyContainersTenAtATime(Sandbox box) throws Exception {
        List<Callable<String>> tasks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String word = "container " + i;
            tasks.add(() -> {
                try (Container container = box.container(box.bundle().sh("echo " + word))) {
                    container.create().ok();
                    assertEquals("created", container.status());
                    container.start().ok();
                    container.awaitStopped();
                    container.delete().ok();
                    return container.out().strip();
                }
            });
        }
        List<String> outputs = inParallel(10, tasks);
        for (int i = 0; i < 50; i++) {
            assertEquals("container " + i, outputs.get(i));
        }
    }

    @Test
    void aDeleteWaitsForTheCreateThatIsUnderWay(Sandbox box) throws Exception {
        Path go = box.dir().resolve("go");
        Path ready = box.dir().resolve("ready");
        Bundle bundle = box.bundle().idle().hook("createRuntime",
                "touch " + ready + "; while [ ! -e " + go + " ]; do sleep 0.05; done");
        try (Container container = box.container(bundle)) {
            Invocation.Running create = container.invocation("create").start();
            Poll.until("the hook runs " + create.soFar(), () -> Files.exists(ready));
            Invocation.Running delete = box.runtime().command("delete", container.id()).start();
            assertFalse(delete.process().waitFor(2, TimeUnit.SECONDS), () -> delete.soFar().toString());
            assertTrue(create.process().isAlive());
            Files.createFile(go);
            create.await(Duration.ofSeconds(20)).ok();
            delete.await(Duration.ofSeconds(20)).ok();
            container.state().failsWith("does not exist");
        }
    }

    @RepeatedTest(5)
    void ofTwoCreatesWithOneIdExactlyOneWins(Sandbox box) throws Exception {
        String id = box.newId();
        CyclicBarrier together = new CyclicBarrier(2);
        Callable<Result> create = () -> {
            Container container = new Container(box.runtime(), box.bundle().idle(), id);
            Invocation invocation = container.invocation("create");
            together.await();
            return invocation.run();
        };
        List<Result> results = inParallel(2, List.of(create, create));
        try (Container winner = new Container(box.runtime(), box.bundle(), id)) {
            assertEquals(List.of(0, 1), results.stream().map(Result::exit).sorted().toList(), results::toString);
            Result loser = results.stream().filter(r -> r.exit() == 1).findFirst().orElseThrow();
            loser.failsWith("container with given ID already exists");
            assertEquals("created", winner.status());
            winner.start().ok();
            assertEquals("running", winner.status());
        }
    }

    @Test
    void stateAndListGoOnWhileContainersComeAndGo(Sandbox box) throws Exception {
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(() -> {
                for (int run = 0; run < 3; run++) {
                    box.run(box.bundle().args("true")).ok();
                }
                return true;
            });
        }
        tasks.add(() -> {
            for (int run = 0; run < 15; run++) {
                if (java.nio.file.Files.exists(box.runtime().root())) {
                    box.runtime().command("list", "-f", "json").run().ok();
                }
            }
            return true;
        });
        assertTrue(inParallel(4, tasks).stream().allMatch(b -> b));
    }

    @Test
    void ofTwoStartsExactlyOneWins(Sandbox box) throws Exception {
        try (Container container = box.container(box.bundle().sh("echo once; sleep 1000"))) {
            container.create().ok();
            CyclicBarrier together = new CyclicBarrier(2);
            Callable<Result> start = () -> {
                together.await();
                return container.start();
            };
            List<Result> results = inParallel(2, List.of(start, start));
            assertEquals(List.of(0, 1), results.stream().map(Result::exit).sorted().toList(), results::toString);
            container.awaitOut("once\n");
            assertEquals("once\n", container.out());
        }
    }
}
