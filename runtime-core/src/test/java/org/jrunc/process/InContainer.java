package org.jrunc.process;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of what happens in a container: each has one of its own. */
abstract class InContainer {

    ContainerFixture container;

    @BeforeEach
    void make(@TempDir Path scratch) {
        TestSpec.requireRoot();
        container = new ContainerFixture(scratch);
    }

    @AfterEach
    void end() {
        if (container != null) {
            container.close();
        }
    }
}
