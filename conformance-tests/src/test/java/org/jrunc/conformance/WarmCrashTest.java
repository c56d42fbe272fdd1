package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clients and their server are killed at random points while four callers work: each container is then what its command
 * has made of it, or can be deleted; no program was started twice; nothing is left.
 */
@ExtendWith(NothingLeftExtension.class)
class WarmCrashTest {
    private static final int CALLERS = 4;
    private static final int CLIENT_KILLS = 150;
    private static final int SERVER_KILLS = 50;
    private static final int MAX_DELAY_MICROS = 60_000;
    private static final int MAX_LIFE_MILLIS = 800;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration ALL = Duration.ofMinutes(8);
    private static final String LAST_WORDS = "the server (jrunc serve) has ended or hangs";
    private static final List<String> OPERATIONS = List.of("create", "start", "run", "run --detach", "exec", "delete");

    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger clientKills = new AtomicInteger();
    private final AtomicInteger serverKills = new AtomicInteger();
    private final AtomicInteger toldSo = new AtomicInteger();
    private long end;

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    private boolean isEnough() {
        return clientKills.get() >= CLIENT_KILLS && serverKills.get() >= SERVER_KILLS || System.nanoTime() > end;
    }

    @Test
    void nothingIsLostStartedTwiceOrLeftHalfMade(Sandbox box) throws InterruptedException {
        long seed = Long.getLong("jrunc.seed", System.nanoTime());
        System.out.println("WarmCrashTest: -Djrunc.seed=" + seed);
        end = System.nanoTime() + Poll.here(ALL).toNanos();
        try (WarmPlace place = new WarmPlace(box)) {
            ServerProcess server = place.serve();
            try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
                for (int i = 0; i < CALLERS; i++) {
                    Caller caller = new Caller(box, place.runtime(), new Random(seed + i));
                    callers.execute(caller::work);
                }
                callers.shutdown();
                Random random = new Random(~seed);
                while (!callers.awaitTermination(random.nextInt(MAX_LIFE_MILLIS), TimeUnit.MILLISECONDS)) {
                    if (serverKills.get() < SERVER_KILLS) {
                        server.kill();
                        serverKills.incrementAndGet();
                        server = place.serve();
                    }
                }
            }
            try {
                server.demandSound();
            } catch (AssertionError e) {
                faults.add(e.getMessage());
            }
        }
        System.out.println("WarmCrashTest: killed " + clientKills + " clients and " + serverKills + " servers; " + toldSo
                + " clients told of the end of their server");
        if (clientKills.get() < CLIENT_KILLS || serverKills.get() < SERVER_KILLS) {
            faults.add("that was not enough within " + ALL);
        }
        if (!faults.isEmpty()) {
            fail(faults.size() + " faults with seed " + seed + "\n" + String.join("\n", faults));
        }
    }

    /** Makes containers, one after the other, and kills a command of each. */
    private final class Caller {
        private final Sandbox box;
        private final OciRuntime runtime;
        private final Random random;
        private final Path starts;
        private final Bundle bundle;

        Caller(Sandbox box, OciRuntime runtime, Random random) {
            this.box = box;
            this.runtime = runtime;
            this.random = random;
            this.starts = box.newDirectory();
            this.bundle = box.bundle().bind(starts, "/mnt").hook("createRuntime", "true").hook("poststop", "true");
        }

        void work() {
            try {
                while (!isEnough()) {
                    life();
                }
            } catch (RuntimeException | AssertionError e) {
                faults.add(e.toString());
            }
        }

        private void life() {
            String id = box.newId();
            bundle.remove("/linux/cgroupsPath").sh("echo start >> /mnt/" + id + "; exec sleep 1000");
            Container container = new Container(runtime, bundle, id);
            String operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
            boolean prepared = switch (operation) {
                case "start" -> works(container.invocation("create"));
                case "exec", "delete" -> works(container.invocation("run", "--detach"));
                default -> true;
            };
            if (prepared) {
                check(container, operation, victim(switch (operation) {
                    case "start" -> runtime.command("start", id);
                    case "exec" -> container.execWith(List.of(), "sh", "-c", "echo exec >> /mnt/" + id + "-exec");
                    case "delete" -> runtime.command("delete", "--force", id);
                    case "run --detach" -> container.invocation("run", "--detach");
                    default -> container.invocation(operation);
                }));
            }
            clean(container, operation);
        }

        /** Whether a command did what it should; if not, its server must have been killed. */
        private boolean works(Invocation invocation) {
            Result result = invocation.timeout(LIMIT).run();
            return result.exit() == 0 || isExcused(result);
        }

        private boolean isExcused(Result result) {
            if (result.err().contains(LAST_WORDS)) {
                toldSo.incrementAndGet();
            } else {
                faults.add("failed: " + result);
            }
            return false;
        }

        private Result victim(Invocation invocation) {
            Invocation.Running running = invocation.start();
            LockSupport.parkNanos(random.nextInt(MAX_DELAY_MICROS) * 1000L);
            running.process().destroyForcibly();
            Result result = running.await(LIMIT);
            if (result.exit() == 128 + 9) {
                clientKills.incrementAndGet();
            }
            return result;
        }

        private void check(Container container, String operation, Result result) {
            boolean killed = result.exit() == 128 + 9;
            if (!killed && result.exit() != 0) {
                isExcused(result);
            }
            String status = status(container);
            String expected = switch (operation) {
                case "create" -> "created";
                case "delete" -> "none";
                default -> "running";
            };
            if ((operation.equals("exec") || result.exit() == 0) && !status.equals(expected)) {
                faults.add(operation + " has lost a container, it is " + status + " and not " + expected + ": " + result);
            }
            if (status.equals("running") && !Poll.within(Duration.ofSeconds(5), () -> count(container.id()) == 1)) {
                faults.add(operation + ": running, but started " + count(container.id()) + " times: " + result);
            }
        }

        private String status(Container container) {
            Result state = again(runtime.command("state", container.id()), "container does not exist");
            return state.exit() == 0 ? Bundle.JSON.readTree(state.out()).path("status").asString() : "none";
        }

        /** A command that is repeated when its server was killed. */
        private Result again(Invocation invocation, String refusal) {
            Result result = invocation.timeout(LIMIT).run();
            for (int i = 0; i < 10 && result.exit() != 0 && result.err().contains(LAST_WORDS); i++) {
                toldSo.incrementAndGet();
                result = invocation.run();
            }
            if (result.exit() != 0 && (refusal.isEmpty() || !result.err().contains(refusal))) {
                faults.add("failed: " + result);
            }
            return result;
        }

        private void clean(Container container, String operation) {
            again(runtime.command("delete", "--force", container.id()), "");
            if (!status(container).equals("none")) {
                faults.add(operation + ": still there after delete --force: " + container.id());
            }
            if (!Poll.within(Duration.ofSeconds(5), () -> left(container).isEmpty())) {
                faults.add(operation + ": left " + left(container));
            }
            if (count(container.id()) > 1 || count(container.id() + "-exec") > 1) {
                faults.add(operation + ": more than one start of " + container.id());
            }
        }

        private List<String> left(Container container) {
            List<String> left = new ArrayList<>();
            for (Path mount : Leftovers.cgroupMounts()) {
                if (Files.exists(mount.resolve(container.id()))) {
                    left.add(mount.resolve(container.id()).toString());
                }
            }
            if (Files.exists(container.stateDirectory())) {
                left.add(container.stateDirectory().toString());
            }
            for (Proc proc : Proc.all()) {
                if (proc.file("cgroup").contains("/" + container.id() + "\n") && proc.alive()) {
                    left.add(proc.toString());
                }
            }
            return left;
        }

        private long count(String name) {
            try {
                Path file = starts.resolve(name);
                return Files.exists(file) ? Files.readAllLines(file).size() : 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
