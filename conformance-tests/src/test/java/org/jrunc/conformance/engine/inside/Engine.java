package org.jrunc.conformance.engine.inside;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The engine of the machine. */
enum Engine {
    PODMAN, DOCKER, CONTAINERD;

    /** Whose machine this is. */
    static final Engine HERE = valueOf(System.getProperty("jrunc.engine").toUpperCase(java.util.Locale.ROOT));

    /** Its name, as README and the command line have it. */
    String lowercase() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Skips what is about another engine. */
    static void is(Engine engine, String reason) {
        assumeTrue(HERE == engine, "only " + engine.lowercase() + ": " + reason);
    }
}
