package org.jrunc.conformance.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long single commands take, in turns. */
final class Latency {
    private Latency() {
    }

    /** Measures {@code hello}, {@code version/SUBJECT}, {@code state/SUBJECT}, {@code run/KIND/SUBJECT} and so on. */
    static void measure(Lab lab, List<String> hello) {
        Lab.progress("commands: " + lab.runs() + " turns");
        Spawn java = new Spawn(lab.directory().resolve("errors-hello"));
        List<Lab.Action> actions = new ArrayList<>();
        actions.add(record -> record.accept("hello", java.run(hello) / 1e6));
        for (Subject subject : lab.subjects()) {
            String name = subject.name();
            List<String> version = List.of(subject.program().toString(), "--version");
            actions.add(record -> record.accept("version/" + name, subject.spawn().run(version) / 1e6));
            for (String kind : Bundles.KINDS) {
                lab.running(subject, kind, "stays-" + kind);
                Path bundle = lab.bundles().bundle(kind, subject, "runs-" + kind, "/bin/true");
                actions.add(record -> record.accept("run/" + kind + "/" + name,
                        subject.run("run", "--bundle", bundle.toString(), name + "-runs")));
                actions.add(record -> record.accept("exec/" + kind + "/" + name,
                        subject.run("exec", name + "-stays-" + kind, "/bin/true")));
                actions.add(record -> lab.life(subject, kind, record));
            }
            actions.add(record -> record.accept("state/" + name, subject.run("state", name + "-stays-plain")));
        }
        lab.server().serves(() -> lab.turns(lab.runs(), actions));
        for (Subject subject : lab.subjects()) {
            Bundles.KINDS.forEach(kind -> lab.delete(subject, "stays-" + kind));
        }
    }
}
