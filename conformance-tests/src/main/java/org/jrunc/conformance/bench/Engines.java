package org.jrunc.conformance.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jrunc.conformance.EngineImage;

/** A container from an engine's command to its end; the engine runs on the machine that {@code engine-machine} makes. */
final class Engines {
    private Engines() {
    }

    /** Measures {@code podman/SUBJECT} or {@code containerd/SUBJECT}. */
    static void measure(Lab lab, String engine) {
        int turns = Math.max(3, lab.runs() / 3);
        Lab.progress(engine + ": " + turns + " turns");
        List<Lab.Action> actions = new ArrayList<>();
        for (Subject subject : lab.subjects()) {
            Spawn spawn = new Spawn(lab.directory().resolve("errors-" + engine));
            List<String> command = Map.of(
                    "podman", List.of("podman", "--runtime", subject.program().toString(), "run", "--rm",
                            "--network", "none", EngineImage.NAME, "true"),
                    "containerd", List.of("ctr", "run", "--rm", "--runc-binary", subject.program().toString(),
                            EngineImage.NAME, "bench-" + subject.name(), "true")).get(engine);
            actions.add(record -> {
                Server.reachable(!subject.name().equals(Subject.COLD));
                record.accept(engine + "/" + subject.name(), spawn.run(command) / 1e6);
                Server.reachable(true);
            });
        }
        lab.server().serves(() -> lab.turns(turns, actions));
    }
}
