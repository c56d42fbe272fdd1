package org.jrunc.conformance.engine;

import java.io.IOException;
import java.nio.file.Path;
import org.jrunc.conformance.Needs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Testcontainers with dockerd on jrunc. */
@Tag("engines")
class DockerTestcontainersTest extends TestcontainersCase {

    @BeforeAll
    static void start(@TempDir Path home) throws IOException {
        Needs.root();
        Needs.tool("dockerd");
        use(Engine.dockerd(), home);
    }
}
