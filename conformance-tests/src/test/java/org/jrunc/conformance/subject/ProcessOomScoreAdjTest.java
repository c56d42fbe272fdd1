package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Container;
import org.jrunc.conformance.Invocation;
import org.jrunc.conformance.Sandbox;

/** {@code process.oomScoreAdj} (config.md, Linux Process). */
class ProcessOomScoreAdjTest {

    @EachRuntime({"0", "321", "1000"})
    void theScoreIsAsConfigured(String score, Sandbox box) {
        Bundle bundle = box.bundle().set("/process/oomScoreAdj", Integer.parseInt(score))
                .args("cat", "/proc/self/oom_score_adj");
        assertEquals(score + "\n", box.run(bundle).ok().out());
    }

    @EachRuntime
    void withoutOneItIsTheRuntimes(Sandbox box) {
        Container container = box.container(box.bundle().args("cat", "/proc/self/oom_score_adj"));
        Invocation run = container.invocation("run")
                .prefixedWith("sh", "-c", "echo 123 > /proc/self/oom_score_adj; exec \"$@\"", "sh");
        assertEquals("123\n", run.run().ok().out());
    }
}
