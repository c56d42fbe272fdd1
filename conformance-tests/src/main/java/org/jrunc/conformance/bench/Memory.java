package org.jrunc.conformance.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jrunc.conformance.Proc;

/** Memory, in kB: of a container that was not started, of what stays of a command, of the server. */
final class Memory {
    /** How many requests the server has answered when it is looked at, besides those of other sections. */
    static final List<Integer> REQUESTS = List.of(0, 1_000, 10_000);

    private static final int SAMPLES = 3;
    private static final long SETTLE_MILLIS = 500;

    private Memory() {
    }

    /**
     * Measures {@code created/RSS/SUBJECT}, {@code foreground/RSS/SUBJECT}, {@code detached/RSS/SUBJECT}, the same with
     * PSS, and {@code server/RSS/REQUESTS}.
     */
    static void measure(Lab lab) {
        Lab.progress("memory of containers");
        for (int i = 0; i < SAMPLES; i++) {
            for (Subject subject : lab.subjects()) {
                lab.accounts().enter(subject, Accounts.CALLERS);
                Proc init = lab.created(subject, "waits");
                record(lab, "created", subject, List.of(init.pid()));
                lab.delete(subject, "waits");
                lab.running(subject, "plain", "sleeps");
                settle();
                record(lab, "detached", subject, lab.accounts().processes(subject, Accounts.CALLERS));
                lab.delete(subject, "sleeps");
                foreground(lab, subject);
            }
        }
        Subject warm = lab.warm();
        lab.created(warm, "waits");
        int done = 0;
        for (int requests : REQUESTS) {
            Lab.progress("memory of the server after " + requests + " requests");
            for (; done < requests; done++) {
                warm.run("state", warm.name() + "-waits");
            }
            lab.results().add("server/Rss/" + requests, kilobytes("Rss", lab.server().process().pid()));
            lab.results().add("server/Pss/" + requests, kilobytes("Pss", lab.server().process().pid()));
        }
        lab.delete(warm, "waits");
    }

    private static void foreground(Lab lab, Subject subject) {
        Path bundle = lab.bundles().bundle("plain", subject, "foreground", "/bin/sleep", "100000");
        Path pidFile = bundle.resolve("pid");
        String id = subject.name() + "-foreground";
        int pid = subject.caller(0).spawn().start(subject.command("run", "--bundle", bundle.toString(), "--pid-file",
                pidFile.toString(), id));
        Lab.await(pidFile);
        settle();
        record(lab, "foreground", subject, lab.accounts().processes(subject, Accounts.CALLERS));
        subject.run("kill", id, "KILL");
        Spawn.await(pid);
        pidFile.toFile().delete();
    }

    /** What is on its way out is not what stays. */
    private static void settle() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS));
    }

    private static void record(Lab lab, String what, Subject subject, List<Long> processes) {
        for (String kind : List.of("Rss", "Pss")) {
            lab.results().add(what + "/" + kind + "/" + subject.name(),
                    processes.stream().mapToDouble(pid -> kilobytes(kind, pid)).sum());
        }
    }

    /** A line of {@code /proc/PID/smaps_rollup}. */
    private static double kilobytes(String kind, long pid) {
        return new Proc(pid).file("smaps_rollup").lines().filter(l -> l.startsWith(kind + ":"))
                .mapToDouble(l -> Double.parseDouble(l.replaceAll("[^0-9]", ""))).findFirst()
                .orElseThrow(() -> new BenchFailure("no " + kind + " of process " + pid));
    }
}
