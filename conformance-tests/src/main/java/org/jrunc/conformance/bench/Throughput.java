package org.jrunc.conformance.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Containers run to their end by several callers at a time: how many per second, and what CPU time they take. */
final class Throughput {
    /** How many callers there are at a time. */
    static final List<Integer> CALLERS = List.of(1, 2, 8);

    private static final int RUNS_OF_A_CALLER = 3;

    private Throughput() {
    }

    /**
     * Measures {@code rate/CALLERS/SUBJECT} in containers per second, {@code cpu/CALLERS/SUBJECT} in seconds for 100,
     * and what the server has of the latter as {@code cpu-server/CALLERS}.
     */
    static void measure(Lab lab) {
        for (int callers : CALLERS) {
            int each = Math.max(RUNS_OF_A_CALLER, lab.runs() / callers);
            int turns = Math.clamp(lab.runs() / 8, 2, 7);
            Lab.progress("throughput: " + callers + " callers, " + callers * each + " containers in each of " + turns
                    + " turns");
            List<Lab.Action> actions = new ArrayList<>();
            for (Subject subject : lab.subjects()) {
                actions.add(record -> {
                    String place = "/" + callers + "/" + subject.name();
                    int containers = callers * each;
                    double before = lab.accounts().seconds(subject);
                    double serverBefore = lab.accounts().seconds(lab.warm(), Accounts.SERVER);
                    double seconds = run(lab, subject, callers, each);
                    record.accept("rate" + place, containers / seconds);
                    record.accept("cpu" + place, (lab.accounts().seconds(subject) - before) * 100 / containers);
                    if (subject == lab.warm()) {
                        double cpu = lab.accounts().seconds(subject, Accounts.SERVER) - serverBefore;
                        record.accept("cpu-server/" + callers, cpu * 100 / containers);
                    }
                });
            }
            lab.server().serves(() -> lab.turns(turns, actions));
        }
    }

    /** Has each caller run so many containers, one after the other; seconds from the first start to the last end. */
    private static double run(Lab lab, Subject subject, int callers, int each) {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            Subject caller = subject.caller(i);
            String name = "caller-" + i;
            Path bundle = lab.bundles().bundle("plain", subject, name, "/bin/true");
            tasks.add(() -> {
                lab.accounts().enter(subject, Accounts.CALLERS);
                for (int n = 0; n < each; n++) {
                    caller.run("run", "--bundle", bundle.toString(), subject.name() + "-" + name);
                }
                return null;
            });
        }
        long start = System.nanoTime();
        inParallel(callers, tasks);
        return (System.nanoTime() - start) / 1e9;
    }

    /** Runs tasks on so many threads; fails if one of them does. */
    static void inParallel(int threads, List<Callable<Void>> tasks) {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Future<Void> task : pool.invokeAll(tasks)) {
                task.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof BenchFailure failure ? failure : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
