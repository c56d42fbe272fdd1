package org.jrunc.conformance.bench;

import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ObjDoubleConsumer;
import org.jrunc.conformance.Poll;
import org.jrunc.conformance.Proc;

/**
 * What all sections measure with.
 *
 * @param directory for files; everybody may look into it
 * @param subjects  the runtimes that there are here
 * @param bundles   the bundles
 * @param accounts  their CPU time and processes
 * @param server    the server of the first
 * @param results   where figures go
 * @param runs      how often each command is measured
 * @param random    the order
 */
record Lab(Path directory, List<Subject> subjects, Bundles bundles, Accounts accounts, Server server, Results results,
        int runs, Random random) {

    private static final int TURNS_OF_AN_UNRECORDED = 10;
    private static final int WARM_UP_REQUESTS = 200;
    private static final int REQUESTS_OF_A_LIFE = 4;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final int POLL_NANOS = 100_000;

    /** Something to measure, which hands over names and values. */
    interface Action {
        void run(ObjDoubleConsumer<String> record);
    }

    /** Does each action once in each turn, in an order that is new in each. A few turns before count for nothing. */
    void turns(int turns, List<Action> actions) {
        List<Action> order = new ArrayList<>(actions);
        for (int turn = -Math.ceilDiv(turns, TURNS_OF_AN_UNRECORDED); turn < turns; turn++) {
            Collections.shuffle(order, random);
            boolean counts = turn >= 0;
            for (Action action : order) {
                action.run((name, value) -> {
                    if (counts) {
                        results.add(name, value);
                    }
                });
            }
        }
    }

    /** The subject with a server. */
    Subject warm() {
        return subjects.getFirst();
    }

    /** The requests that the server gets before anything is measured. */
    void warmUp() {
        server.serves(() -> {
            for (int done = 0; done < WARM_UP_REQUESTS; done += Bundles.KINDS.size() * REQUESTS_OF_A_LIFE) {
                for (String kind : Bundles.KINDS) {
                    life(warm(), kind, (name, value) -> { });
                    warm().run("--version");
                }
            }
        });
    }

    /** Creates, starts and deletes a container of {@code /bin/true}; records each and the sum. */
    void life(Subject subject, String kind, ObjDoubleConsumer<String> record) {
        String id = subject.name() + "-life";
        Path bundle = bundles.bundle(kind, subject, "life", "/bin/true");
        Path pidFile = bundle.resolve("pid");
        double create = subject.run("create", "--bundle", bundle.toString(), "--pid-file", pidFile.toString(), id);
        Proc init = Bench.processIn(pidFile);
        double start = subject.run("start", id);
        while (init.alive()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        double delete = subject.run("delete", id);
        record.accept("create/" + kind + "/" + subject.name(), create);
        record.accept("start/" + kind + "/" + subject.name(), start);
        record.accept("delete/" + kind + "/" + subject.name(), delete);
        record.accept("life/" + kind + "/" + subject.name(), create + start + delete);
    }

    /** A container that stays: created, its program not started. */
    Proc created(Subject subject, String name) {
        return detached("create", subject, "plain", name);
    }

    /** A container that stays: its program sleeps. */
    Proc running(Subject subject, String kind, String name) {
        return detached("run", subject, kind, name);
    }

    private Proc detached(String command, Subject subject, String kind, String name) {
        Path bundle = bundles.bundle(kind, subject, name, "/bin/sleep", "100000");
        Path pidFile = bundle.resolve("pid");
        List<String> arguments = new ArrayList<>(List.of(command, "--bundle", bundle.toString(), "--pid-file",
                pidFile.toString(), subject.name() + "-" + name));
        if (command.equals("run")) {
            arguments.add(1, "--detach");
        }
        subject.run(arguments.toArray(String[]::new));
        return Bench.processIn(pidFile);
    }

    /** Deletes a container that stays. */
    void delete(Subject subject, String name) {
        subject.run("delete", "--force", subject.name() + "-" + name);
    }

    /** Says how far it is. */
    static void progress(String what) {
        System.err.println(CLOCK.format(LocalTime.now()) + " " + what);
    }

    /** Waits until a file is there and has something in it. */
    static void await(Path file) {
        Poll.until(file + " is written", () -> file.toFile().length() > 0);
    }
}
