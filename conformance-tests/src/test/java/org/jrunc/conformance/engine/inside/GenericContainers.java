package org.jrunc.conformance.engine.inside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.Volume;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** What tests of applications do with Testcontainers, through the socket of podman or dockerd. */
public class GenericContainers {
    private static final DockerImageName BUSYBOX = DockerImageName.parse("busybox:latest");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private static GenericContainer<?> container(String... command) {
        GenericContainer<?> container = new GenericContainer<>(BUSYBOX).withCommand(command)
                .withStartupTimeout(PATIENCE);
        if (Engine.HERE == Engine.DOCKER) {
            // README's daemon.json adds jrunc; it is not dockerd's default.
            container.withCreateContainerCmdModifier(c -> c.getHostConfig().withRuntime("jrunc"));
        }
        return container;
    }

    private static GenericContainer<?> server() {
        return container("httpd", "-f", "-p", "8080", "-h", "/www").withExposedPorts(8080);
    }

    private static InspectContainerResponse inspect(String id) {
        return DockerClientFactory.instance().client().inspectContainerCmd(id).exec();
    }

    private static String out(GenericContainer<?> container, String... command) throws Exception {
        ExecResult result = container.execInContainer(command);
        assertEquals(0, result.getExitCode(), result::toString);
        return result.getStdout();
    }

    @Test
    void execKeepsOutputsApartAndGivesTheExitCode() throws Exception {
        try (GenericContainer<?> container = container("sleep", "1000")) {
            container.start();
            ExecResult result = container.execInContainer("sh", "-c", "echo out; echo err >&2; exit 7");
            assertEquals("out\n", result.getStdout());
            assertEquals("err\n", result.getStderr());
            assertEquals(7, result.getExitCode());
        }
    }

    @Test
    void execHasAUserAnEnvironmentAndADirectoryOfItsOwn() throws Exception {
        try (GenericContainer<?> container = container("sleep", "1000").withEnv("OF", "container")) {
            container.start();
            ExecResult result = container.execInContainer(ExecConfig.builder().user("guest")
                    .envVars(Map.of("WORD", "a b")).workDir("/www")
                    .command(new String[] {"sh", "-c", "echo $(id -u) $WORD $OF $PWD"}).build());
            assertEquals("1000 a b container /www\n", result.getStdout(), result::toString);
        }
    }

    @Test
    void userEnvironmentAndDirectoryOfTheContainer() {
        try (GenericContainer<?> container = oneShot("sh", "-c", "echo $(id -u):$(id -g) $WORD $PWD")
                .withEnv("WORD", "a b").withWorkingDirectory("/www")
                .withCreateContainerCmdModifier(c -> c.withUser("guest:staff"))) {
            container.start();
            assertEquals("1000:50 a b /www", container.getLogs().strip());
        }
    }

    private static GenericContainer<?> oneShot(String... command) {
        return container(command).withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(PATIENCE));
    }

    @Test
    void aContainerThatEndsWithAnErrorDoesNotStart() {
        try (GenericContainer<?> container = oneShot("sh", "-c", "exit 9")) {
            assertThrows(ContainerLaunchException.class, container::start);
        }
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        try (GenericContainer<?> container = container("nosuch")) {
            Throwable failure = assertThrows(ContainerLaunchException.class, container::start);
            StringBuilder messages = new StringBuilder();
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                messages.append(cause.getMessage()).append('\n');
            }
            assertTrue(messages.toString().contains("nosuch"), messages::toString);
            assertTrue(messages.toString().contains("not found"), messages::toString);
        }
    }

    @Test
    void stopRemovesTheContainer() {
        try (GenericContainer<?> container = container("sleep", "1000")) {
            container.start();
            String id = container.getContainerId();
            assertTrue(container.isRunning());
            container.stop();
            assertThrows(NotFoundException.class, () -> inspect(id));
        }
    }

    @Test
    void waitsForALineOfTheLog() {
        try (GenericContainer<?> container = container("sh", "-c", "sleep 1; echo ready now; sleep 1000")
                .waitingFor(Wait.forLogMessage("ready.*\\n", 1).withStartupTimeout(PATIENCE))) {
            container.start();
            assertEquals("ready now", container.getLogs().strip());
        }
    }

    @Test
    void waitsForACommand() throws Exception {
        try (GenericContainer<?> container = container("sh", "-c", "sleep 1; touch /tmp/ready; sleep 1000")
                .waitingFor(Wait.forSuccessfulCommand("test -e /tmp/ready").withStartupTimeout(PATIENCE))) {
            container.start();
            assertEquals("/tmp/ready\n", out(container, "ls", "/tmp/ready"));
        }
    }

    @Test
    void waitsForAHealthCheck() {
        Engine.is(Engine.DOCKER, "the health checks of podman are timers of systemd");
        try (GenericContainer<?> container = container("sh", "-c", "sleep 1; touch /tmp/ready; sleep 1000")
                .withCreateContainerCmdModifier(c -> c.withHealthcheck(new HealthCheck()
                        .withTest(List.of("CMD", "test", "-e", "/tmp/ready")).withInterval(1_000_000_000L)))
                .waitingFor(Wait.forHealthcheck().withStartupTimeout(PATIENCE))) {
            container.start();
            assertTrue(container.isHealthy());
        }
    }

    @Test
    void aPublishedPortAnswers() throws Exception {
        try (GenericContainer<?> server = server()
                .waitingFor(Wait.forHttp("/index.html").withStartupTimeout(PATIENCE))) {
            server.start();
            URI page = URI.create("http://" + server.getHost() + ":" + server.getMappedPort(8080) + "/index.html");
            try (InputStream body = page.toURL().openStream()) {
                assertEquals("hello from the image\n", new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void waitsForAPort() {
        try (GenericContainer<?> server = server().waitingFor(Wait.forListeningPort().withStartupTimeout(PATIENCE))) {
            server.start();
            assertTrue(server.isRunning());
        }
    }

    @Test
    void containersOfANetworkFindEachOtherByAlias() {
        try (Network network = Network.newNetwork();
                GenericContainer<?> server = server().withNetwork(network).withNetworkAliases("web");
                GenericContainer<?> client = oneShot("wget", "-qO-", "http://web:8080/index.html")
                        .withNetwork(network)) {
            server.start();
            client.start();
            assertEquals("hello from the image", client.getLogs().strip());
        }
    }

    /** Not withFileSystemBind: it first runs an image of a registry to find out whether the engine sees our files. */
    @Test
    void bindMountsAreReadAndWritten() throws Exception {
        Files.writeString(directory.resolve("given"), "from the host\n");
        try (GenericContainer<?> container = container("sleep", "1000")
                .withCreateContainerCmdModifier(c -> c.getHostConfig().withBinds(
                        new Bind(directory.toString(), new Volume("/rw")),
                        new Bind(directory.toString(), new Volume("/ro"), AccessMode.ro)))) {
            container.start();
            assertEquals("from the host\n", out(container, "cat", "/ro/given"));
            out(container, "sh", "-c", "echo from the container > /rw/made");
            assertEquals("from the container\n", Files.readString(directory.resolve("made")));
            ExecResult refused = container.execInContainer("touch", "/ro/made");
            assertTrue(refused.getStderr().contains("Read-only file system"), refused::toString);
        }
    }

    @Test
    void aTmpfsHasItsSize() throws Exception {
        try (GenericContainer<?> container = container("sleep", "1000")
                .withTmpFs(Map.of("/t", "rw,size=1m,mode=1770"))) {
            container.start();
            assertEquals("tmpfs 1024\n", out(container, "sh", "-c", "df -k /t | awk 'NR == 2 { print $1, $2 }'"));
            assertEquals("1770\n", out(container, "stat", "-c", "%a", "/t"));
            ExecResult full = container.execInContainer("dd", "if=/dev/zero", "of=/t/file", "bs=1M", "count=2");
            assertTrue(full.getStderr().contains("No space left on device"), full::toString);
        }
    }

    @Test
    void theMemoryLimitIsSeenAndHolds() throws Exception {
        long limit = 64 << 20;
        try (GenericContainer<?> container = container("sleep", "1000")
                .withCreateContainerCmdModifier(c -> c.getHostConfig().withMemory(limit).withMemorySwap(limit))) {
            container.start();
            assertEquals(limit + "\n", out(container, "cat", "/sys/fs/cgroup/memory/memory.limit_in_bytes"));
            // It keeps what it reads up to a newline that never comes.
            assertEquals(137, container.execInContainer("tail", "/dev/zero").getExitCode());
            assertTrue(container.isRunning());
        }
    }

    @Test
    void filesAreCopiedInAndOut() throws Exception {
        try (GenericContainer<?> container = container("sh", "-c", "cat /given; sleep 1000")
                .withCopyToContainer(Transferable.of("before the start\n"), "/given")
                .waitingFor(Wait.forLogMessage("before the start\\n", 1).withStartupTimeout(PATIENCE))) {
            container.start();
            container.copyFileToContainer(Transferable.of("while it runs"), "/tmp/later");
            assertEquals("while it runs", out(container, "cat", "/tmp/later"));
            out(container, "sh", "-c", "echo made inside > /tmp/made");
            assertEquals("made inside\n", container.copyFileFromContainer("/tmp/made",
                    in -> new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    @Test
    void withoutCapabilitiesAndWithAReadOnlyRoot() throws Exception {
        try (GenericContainer<?> container = container("sleep", "1000")
                .withCreateContainerCmdModifier(c -> c.getHostConfig().withReadonlyRootfs(true)
                        .withCapDrop(Capability.ALL))) {
            container.start();
            assertEquals("CapEff:\t0000000000000000\n", out(container, "grep", "CapEff", "/proc/1/status"));
            assertFalse(container.execInContainer("touch", "/file").getExitCode() == 0);
        }
    }

    @Test
    void fiveAtATime() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(5)) {
            List<Callable<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                String word = "word" + i;
                tasks.add(() -> {
                    try (GenericContainer<?> container = container("sleep", "1000")) {
                        container.start();
                        return out(container, "echo", word).strip();
                    }
                });
            }
            List<String> words = new ArrayList<>();
            for (Future<String> word : pool.invokeAll(tasks)) {
                words.add(word.get());
            }
            assertEquals(List.of("word0", "word1", "word2", "word3", "word4"), words);
        }
    }
}
