package org.jrunc.conformance.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jrunc.conformance.OciRuntime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** What an ordinary test with Testcontainers does, on jrunc. Subclasses say through which engine. */
abstract class TestcontainersCase {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private static Engine engine;

    /** Before the first use of Testcontainers, which reads its settings once. */
    static void use(Engine started, Path home) throws IOException {
        engine = started;
        System.setProperty("user.home", home.toString());
        System.setProperty("api.version", "1.40");
        Files.writeString(home.resolve(".testcontainers.properties"), "docker.host=" + engine.socket()
                + "\nchecks.disable=true\n");
    }

    @AfterAll
    static void end() {
        if (engine != null) {
            engine.close();
        }
    }

    private static GenericContainer<?> container(String... command) {
        return new GenericContainer<>(DockerImageName.parse(Engine.IMAGE)).withNetworkMode("none")
                .withStartupTimeout(LIMIT).withCommand(command);
    }

    private static String out(GenericContainer<?> container, String... command) throws Exception {
        ExecResult result = container.execInContainer(command);
        assertEquals(0, result.getExitCode(), result::toString);
        return result.getStdout().strip();
    }

    @Test
    void jruncRunsTheContainer() throws Exception {
        try (GenericContainer<?> container = container("sleep", "100")) {
            container.start();
            long pid = container.getCurrentContainerInfo().getState().getPidLong();
            String id = container.getContainerId();
            assertTrue(Files.isDirectory(Path.of("/proc/" + pid)));
            assertTrue(engine.stateOf(id).stream().anyMatch(Files::isDirectory),
                    OciRuntime.executableUnderTest() + " keeps no state of " + id);
        }
    }

    @Test
    void execHasOutputErrorsExitCodeAndEnvironment() throws Exception {
        try (GenericContainer<?> container = container("sleep", "100").withEnv("GREETING", "hi")) {
            container.start();
            ExecResult result = container.execInContainer("sh", "-c", "echo $GREETING; echo bad >&2; exit 7");
            assertEquals(List.of(7, "hi\n", "bad\n"),
                    List.of(result.getExitCode(), result.getStdout(), result.getStderr()));
            assertEquals("1000", container.execInContainer(ExecConfig.builder().user("1000")
                    .command(new String[] {"id", "-u"}).build()).getStdout().strip());
            String id = container.getContainerId();
            container.stop();
            assertThrows(NotFoundException.class,
                    () -> DockerClientFactory.instance().client().inspectContainerCmd(id).exec());
        }
    }

    @Test
    void isReadyWhenItsLogOrACommandSaysSo() throws Exception {
        try (GenericContainer<?> container = container("sh", "-c", "sleep 1; echo now READY; sleep 100")
                .waitingFor(Wait.forLogMessage(".*READY.*\\n", 1))) {
            container.start();
            assertEquals("now READY", container.getLogs().strip());
        }
        try (GenericContainer<?> container = container("sh", "-c", "sleep 1; touch /tmp/ready; sleep 100")
                .waitingFor(Wait.forSuccessfulCommand("test -e /tmp/ready").withStartupTimeout(LIMIT))) {
            container.start();
            assertEquals("/tmp/ready", out(container, "ls", "/tmp/ready"));
        }
    }

    @Test
    void isNotReadyWhenTheLogNeverSaysSo() {
        try (GenericContainer<?> container = container("sleep", "100")
                .waitingFor(Wait.forLogMessage(".*READY.*\\n", 1).withStartupTimeout(Duration.ofSeconds(2)))) {
            assertThrows(ContainerLaunchException.class, container::start);
            assertFalse(container.isRunning());
        }
    }

    @Test
    void mountsAreThere(@TempDir Path dir) throws Exception {
        Files.writeString(dir.resolve("file"), "of the host\n");
        try (GenericContainer<?> container = container("sleep", "100").withTmpFs(Map.of("/fast", "rw,size=1m"))
                .withFileSystemBind(dir.toString(), "/rw", BindMode.READ_WRITE)
                .withFileSystemBind(dir.toString(), "/ro", BindMode.READ_ONLY)
                .withCopyToContainer(Transferable.of("copied\n"), "/copied")) {
            container.start();
            assertEquals("of the host", out(container, "cat", "/ro/file"));
            assertEquals("copied", out(container, "cat", "/copied"));
            out(container, "sh", "-c", "echo inside > /rw/new && grep -q ' /fast tmpfs ' /proc/mounts");
            assertEquals("inside\n", Files.readString(dir.resolve("new")));
            assertEquals(1, container.execInContainer("touch", "/ro/x").getExitCode());
        }
    }

    @Test
    void theMemoryLimitHolds() throws Exception {
        long limit = 32L << 20;
        try (GenericContainer<?> container = container("sleep", "100")
                .withCreateContainerCmdModifier(c -> c.getHostConfig().withMemory(limit).withMemorySwap(limit))) {
            container.start();
            assertEquals(limit, Long.parseLong(out(container, "sh", "-c", "cat /sys/fs/cgroup/memory.max 2>/dev/null"
                    + " || cat /sys/fs/cgroup/memory/memory.limit_in_bytes")));
            // tail keeps what it was given until a line ends.
            assertEquals(137, container.execInContainer("sh", "-c", "tail -n 1 /dev/zero; exit $?").getExitCode());
            assertTrue(container.isRunning());
        }
    }

    @Test
    void theExitCodeDecidesWhetherAOneShotContainerHasStarted() {
        try (GenericContainer<?> container = oneShot("echo done")) {
            container.start();
            assertEquals("done", container.getLogs().strip());
        }
        try (GenericContainer<?> container = oneShot("exit 9")) {
            assertThrows(ContainerLaunchException.class, container::start);
        }
    }

    private static GenericContainer<?> oneShot(String script) {
        return container("sh", "-c", script).withStartupCheckStrategy(
                new OneShotStartupCheckStrategy().withTimeout(LIMIT));
    }

    @Test
    void aMissingCommandIsNamed() {
        try (GenericContainer<?> container = container("no-such-command")) {
            Throwable e = assertThrows(ContainerLaunchException.class, container::start);
            StringBuilder messages = new StringBuilder();
            for (; e != null; e = e.getCause()) {
                messages.append(e.getMessage()).append('\n');
            }
            assertTrue(messages.indexOf("no-such-command") >= 0 && messages.indexOf("not found") >= 0,
                    messages::toString);
        }
    }
}
