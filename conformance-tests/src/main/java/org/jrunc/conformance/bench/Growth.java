package org.jrunc.conformance.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Whether commands take longer when many containers exist. Each runtime has as many, at the same time. */
final class Growth {
    /** How many containers there are, about as many of each runtime. */
    static final List<Integer> LEVELS = List.of(0, 100, 500);

    private static final int CALLERS = 4;

    private Growth() {
    }

    /** Measures {@code grown-state/CONTAINERS/SUBJECT} and {@code grown-run/CONTAINERS/SUBJECT}. */
    static void measure(Lab lab, List<Integer> levels) {
        // Warm and cold jrunc have the same containers.
        List<Subject> owners = lab.subjects().stream().filter(s -> !s.name().equals(Subject.COLD)).toList();
        int exist = 0;
        for (int level : levels) {
            Lab.progress("with " + level + " containers");
            int ofEach = Math.ceilDiv(level, owners.size());
            each(owners, exist, ofEach, lab::created);
            exist = ofEach;
            List<Lab.Action> actions = new ArrayList<>();
            for (Subject subject : lab.subjects()) {
                Path bundle = lab.bundles().bundle("plain", subject, "runs", "/bin/true");
                String place = "/" + level + "/" + subject.name();
                if (owners.contains(subject)) {
                    lab.created(subject, "asked");
                }
                String asked = (owners.contains(subject) ? subject : lab.warm()).name() + "-asked";
                actions.add(record -> record.accept("grown-state" + place, subject.run("state", asked)));
                actions.add(record -> record.accept("grown-run" + place,
                        subject.run("run", "--bundle", bundle.toString(), subject.name() + "-runs")));
            }
            lab.server().serves(() -> lab.turns(lab.runs(), actions));
            owners.forEach(subject -> lab.delete(subject, "asked"));
        }
        Lab.progress("deleting them");
        each(owners, 0, exist, lab::delete);
    }

    private interface Step {
        void take(Subject subject, String name);
    }

    private static void each(List<Subject> subjects, int from, int to, Step step) {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (Subject subject : subjects) {
            for (int caller = 0; caller < CALLERS; caller++) {
                Subject own = subject.caller(caller);
                int first = from + caller;
                tasks.add(() -> {
                    for (int i = first; i < to; i += CALLERS) {
                        step.take(own, "many-" + i);
                    }
                    return null;
                });
            }
        }
        Throughput.inParallel(CALLERS, tasks);
    }
}
