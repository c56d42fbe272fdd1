package org.jrunc.process;

import org.jrunc.agent.Agent;
import org.jrunc.kernel.LibcKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of what is done to a process of the host: each has one of its own. */
abstract class WithAgent {

    final LibcKernel libc = new LibcKernel();
    Agent agent;

    @BeforeEach
    void spawn() {
        TestSpec.requireRoot();
        agent = Agent.spawn(libc, "jrunc-test");
    }

    @AfterEach
    void end() {
        if (agent != null) {
            agent.killAndReap();
            agent.closeRegion();
        }
    }
}
