package org.jrunc.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * With {@code -Djrunc.warm=true} all tests run beside a {@code jrunc serve} of the image under test, which carries their
 * commands out: it is started before the first class, looked at after each, and ended after the last.
 *
 * <p>For all classes: the service loader registers it, see {@code junit-platform.properties}.
 */
public final class WarmRun implements BeforeAllCallback, AfterAllCallback {
    /** System property: have a server carry out what the tests call. */
    public static final String PROPERTY = "jrunc.warm";

    private static final Namespace OURS = Namespace.create(WarmRun.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        if (Boolean.getBoolean(PROPERTY)) {
            context.getRoot().getStore(OURS).computeIfAbsent(Served.class, k -> new Served(), Served.class);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Served served = context.getRoot().getStore(OURS).get(Served.class, Served.class);
        if (served != null) {
            served.demandThatItServes();
            served.server.demandSound();
        }
    }

    /** The server of the whole run. */
    private static final class Served implements AutoCloseable {
        private final ServerProcess server;

        Served() {
            Needs.root();
            Path socket = Path.of("/run/jrunc/@warm/socket");
            Path log = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().resolve("target/warm-run.log");
            try {
                Files.createDirectories(log.getParent());
                Files.deleteIfExists(log);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            // It fails itself, and so does the start, when a server listens there already.
            server = ServerProcess.start(List.of(OciRuntime.executableUnderTest().toString(), "--debug", "--log",
                    log.toString(), "serve"), socket, log);
        }

        /** After each class: Surefire does not report what fails after the last. */
        void demandThatItServes() {
            long before = server.served();
            Shell.attempt("'" + OciRuntime.executableUnderTest() + "' state nosuch");
            if (server.served() <= before) {
                throw new AssertionError("the server does not serve what the tests call");
            }
        }

        @Override
        public void close() {
            try {
                System.out.println("WarmRun: the server has carried out " + server.served() + " commands and sent away "
                        + server.sentAway() + "; " + server);
                server.signal("TERM");
                server.await(Duration.ofSeconds(15));
            } finally {
                server.kill();
            }
        }
    }
}
